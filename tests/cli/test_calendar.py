"""``flask calendar``, as somebody at a terminal uses it."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from shutil import copy

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from hotline import policy
from hotline.audit.models import AuditEntry
from hotline.calendars import rules, service
from hotline.cli import calendar
from hotline.db import db
from hotline.settings import Settings
from hotline.transaction import transaction
from tests import builders

CONFIG = Path(__file__).parents[2] / "config"
REASONS = ("--reason-ja", "社内研修", "--reason-en", "training")
FRIDAY_NINE = datetime(2026, 10, 9, 0, 0, tzinfo=UTC)


def test_explain_tells_every_step_in_japanese(run):
    said = run("explain", "2026-12-30T22:15+09:00")

    assert said.splitlines()[0].startswith("12月30日（水）22:15 時間外")
    assert "1月4日（月）9:00 お約束：最初の営業日の始まり" in said
    assert said.splitlines()[-1].endswith("→ 2027年1月4日（月）9:00")


def test_explain_tells_every_step_in_english(run):
    said = run("explain", "2026-12-30T22:15+09:00", "--lang", "en")

    assert said.splitlines()[-1].endswith("→ Mon 4 Jan 2027 9:00")


def test_explain_answers_programs(run):
    said = json.loads(run("explain", "2026-12-30T13:15Z", "--json"))

    assert said["received_at"] == "2026-12-30T22:15:00+09:00"
    assert said["service_start_at"] == "2027-01-04T09:00:00+09:00"
    assert len(said["steps"]["ja"]) == len(said["steps"]["en"]) == 6
    assert not said["in_hours"]


def test_explain_knows_the_government_calendar(run):
    said = run("explain", "2026-12-30T10:00+09:00", "--calendar", "government")

    assert "年末年始の閉庁日" in said


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("2026-12-30T22:15", "needs a zone"),
        ("2026-02-31T22:15+09:00", "is not a time"),
        ("yesterday", "is not a time"),
        ("0001-01-01T00:00+09:00", "outside the years"),
        ("1999-01-01T00:00+09:00", "covers the years 2000 to 2099"),
    ],
)
def test_explain_refuses_what_is_no_moment_with_a_sentence(run, given, sentence):
    said = run("explain", given, fails=True)

    assert sentence in said
    assert "Traceback" not in said


def test_a_closed_date_is_kept_with_its_audit_entry(run):
    run("close", "2026-10-12", *REASONS, "--calendar", "government")
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action != "read")).one()

    assert (entry.action, entry.subject) == ("close", "calendar:government:2026-10-12")
    assert service.current("government").day(date(2026, 10, 12)).name.en == "training"


def test_a_closure_lists_the_promises_it_hits_and_moves_none(run):
    number = promise(FRIDAY_NINE)
    promise(FRIDAY_NINE + timedelta(days=4))
    said = run("close", "2026-10-09", *REASONS)

    assert "none was moved" in said
    assert f"{number}  2026-10-09T09:00:00+09:00  社内研修" in said
    assert said.endswith("1 in all.\n")
    assert run("check", "--json").count('"followup"') == 1


def test_a_promise_that_is_kept_is_not_listed(run):
    promise(FRIDAY_NINE, status="done")

    assert "Every open promise falls in business hours." in run("close", "2026-10-09", *REASONS)


def test_an_opening_takes_several_spans(run):
    hours = ("--hours", "10:00-12:00", "--hours", "13:00-15:00")
    said = run("open", "2026-10-10", *hours, *REASONS)

    assert "is open 10:00–12:00, 13:00–15:00" in said
    assert service.current("hotline").day(date(2026, 10, 10)).cause is rules.Cause.OWN_HOURS


def test_the_single_dates_are_listed_and_can_be_removed(run):
    run("open", "2026-10-10", "--hours", "10:00-12:00", *REASONS)
    run("close", "2026-10-09", *REASONS)

    assert [row["hours"] for row in json.loads(run("list", "--json"))] == ["closed", "10:00-12:00"]
    assert "follows the rule again" in run("remove", "2026-10-09")
    assert "1 in all." in run("list")


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (("close", "2026-02-31", *REASONS), "is not a date"),
        (("close", "0001-01-01", *REASONS), "covers the years"),
        (("close", "2026-10-09", "--reason-ja", " ", "--reason-en", "x"), "Give a reason"),
        (("close", "2026-10-09"), "Missing option"),
        (("open", "2026-10-09", "--hours", "12-10", *REASONS), "is not a time span"),
        (
            ("open", "2026-10-09", "--hours", "13:00-15:00", "--hours", "10:00-12:00", *REASONS),
            "out of order",
        ),
        (("remove", "2026-10-09"), "follows the rule already"),
        (("import", "nowhere.csv"), "does not exist"),
    ],
)
def test_what_cannot_be_done_is_refused_and_changes_nothing(run, command, sentence):
    said = run(*command, fails=True)

    assert sentence in said
    assert "Traceback" not in said
    assert service.current("hotline").own_hours == {}
    assert db.session.scalars(select(AuditEntry)).all() == []


def test_the_list_in_use_changes_nothing(run, config):
    said = run("import", str(CONFIG / "holidays.csv"))

    assert "Nothing was changed" in said


def test_a_new_list_is_reported_and_the_promises_it_hits_are_listed(run, config, tmp_path):
    number = promise(FRIDAY_NINE)
    moved = (config / "holidays.csv").read_text().replace("2026-10-12", "2026-10-09")
    (tmp_path / "new.csv").write_text(moved)
    said = run("import", str(tmp_path / "new.csv"))

    assert "2026: 1 added, 1 removed\n  + 2026-10-09 スポーツの日\n  - 2026-10-12" in said
    assert number in said
    imported = select(AuditEntry.detail).where(AuditEntry.action == "import")
    assert db.session.scalars(imported).one() == {"2026": "+1 -1"}


def test_a_list_that_cannot_be_replaced_stays_and_the_trail_says_so(run, config, tmp_path):
    before = (config / "holidays.csv").read_bytes()
    (tmp_path / "new.csv").write_bytes(before.replace(b"2026-10-12", b"2026-10-09"))
    (config / "holidays.new").mkdir()
    said = run("import", str(tmp_path / "new.csv"), fails=True)

    assert "The former list stays" in said
    assert (config / "holidays.csv").read_bytes() == before
    trail = select(AuditEntry.action).order_by(AuditEntry.id)
    assert db.session.scalars(trail).all() == ["import", "import_failed"]


def test_without_the_trail_no_list_is_replaced(run, config, tmp_path, monkeypatch):
    before = (config / "holidays.csv").read_bytes()
    (tmp_path / "new.csv").write_bytes(before.replace(b"2026-10-12", b"2026-10-09"))

    def away(*_args, **_kwargs):
        raise OperationalError("INSERT", {}, Exception("connection refused"))

    monkeypatch.setattr(calendar.audit, "write", away)
    run("import", str(tmp_path / "new.csv"), fails=True)

    assert (config / "holidays.csv").read_bytes() == before


def test_who_looks_for_hit_promises_reads_promises(run):
    run("check")

    assert db.session.scalars(select(AuditEntry.subject)).all() == ["list:followups"]


def test_a_torn_list_is_refused(run, config, tmp_path):
    (tmp_path / "torn.csv").write_text("date,name\n2026-10-09,スポーツの日\n")

    assert "2026: " in run("import", str(tmp_path / "torn.csv"), fails=True)


def test_the_end_of_the_official_list_is_announced(run, at):
    with at("2027-10-02T00:00+09:00"):
        said = run("check")

    assert "祝日の公式の一覧は2027年12月31日で終わります" in said


@pytest.fixture
def run(app, at):
    """Run one command of ``flask calendar`` on 1 October 2026; what it printed."""

    def invoke(*arguments: str, fails: bool = False) -> str:
        done = app.test_cli_runner().invoke(args=["calendar", *arguments])
        assert (done.exit_code != 0) is fails, done.output
        return done.output

    with at("2026-10-01T09:00+09:00"):
        yield invoke


@pytest.fixture
def config(app, tmp_path):
    """The application's config folder is a copy of this test's own."""
    folder = tmp_path / "config"
    folder.mkdir()
    for path in CONFIG.iterdir():
        if path.is_file():
            copy(path, folder)
    before: Settings = app.extensions["hotline.settings"]
    app.extensions["hotline.settings"] = before.model_copy(update={"config_dir": folder})
    yield folder
    app.extensions["hotline.settings"] = before
    policy.load(CONFIG, [rules.CalendarPolicy])
    service.load(CONFIG)


def promise(due_at: datetime, status: str = "pending") -> str:
    """A ticket of the evening before ``due_at``, with its promise; its number."""
    evening = due_at - timedelta(hours=12)
    with transaction():
        ticket = builders.ticket(received_at=evening, now=evening)
        builders.promise_of(ticket).status = status
    return ticket.number
