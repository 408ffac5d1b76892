"""``flask call``: the calls on record, and ringing the own hotline."""

import json
import threading
from datetime import timedelta

import pytest
from sqlalchemy import select
from werkzeug.serving import make_server

from hotline import clock
from hotline.adapters.spool import Spool
from hotline.audit.models import AuditEntry
from hotline.calls import queries
from hotline.calls import service as calls
from hotline.calls.rules import Happening, Kind
from hotline.cli.telephone import Behaviour, Broken, Telephone, over_http
from hotline.coordination.models import OfferRing
from hotline.db import db
from hotline.edge.identity import settings
from hotline.settings import Settings
from hotline.transaction import transaction
from hotline.web import twilio
from tests import builders, partners
from tests.builders import NOON
from tests.company import CALLED, CALLER

AT = "2026-12-30T22:15+09:00"
TEXT = Happening(
    Kind.TEXTED,
    NOON,
    from_number="+819012345678",
    to_number="+81120066318",
    message_sid="SM" + "a" * 32,
    body="折り返し\nください",
)


def test_a_ransom_call_at_the_end_of_the_year_is_promised_for_the_fourth(flask):
    told = flask("simulate", "--menu", "1", "--at", AT)

    assert "⌨ 1 を押す" in told
    assert "受電記録 1  2026-12-30 22:15:00  jnx  done" in told
    assert "お約束   2027-01-04 09:00:00" in told
    assert "年末年始休業" in told


def test_each_step_is_told_as_the_caller_hears_it(flask):
    with transaction():
        builders.shift(builders.person("operator", phone="+81312345601"), starts_at=NOON)
    told = flask("simulate", "--menu", "2", "--at", (NOON + timedelta(hours=1)).isoformat())
    steps = ["へ着信", "♪ お電話ありがとう", "⌨ 2", "♪ 受付番号", "☏ +81312345601", "… 通話"]

    assert [told.index(step) for step in steps] == sorted(told.index(step) for step in steps)


def test_a_call_without_a_key_has_no_ticket_yet(flask):
    assert "受付番号 なし" in flask("simulate")


def test_a_missed_call_stands_on_the_worklist(flask):
    told = flask("simulate", "--missed", "--at", AT)

    assert "だれも出ない" in told
    assert [call.status for call in queries.page()] == ["missed"]


def test_a_ransom_call_nobody_answers_pages_whoever_is_on_duty(flask):
    told = flask("simulate", "--menu", "1", "--missed", "--at", AT)

    assert "呼び出し 1  2026-12-30 22:15:00  ransom_unanswered  open" in told


def test_a_missed_call_that_can_wait_pages_nobody(flask):
    told = flask("simulate", "--menu", "2", "--missed", "--at", AT)

    assert "ransom_unanswered" not in told


def test_a_message_can_be_left_in_english_from_a_withheld_number(flask):
    told = flask("simulate", "--voicemail", "--menu", "5", "--from", "")
    [call] = queries.page()

    assert "Please press a key" in told
    assert (call.status, call.from_number, call.language) == ("voicemail", "", "en")


def test_the_status_is_heard_by_key(flask):
    with transaction():
        ticket = builders.ticket()
    told = flask("simulate", "--menu", f"9{ticket.number}{ticket.caller_code}")

    assert f"⌨ {ticket.number} を押す" in told
    assert "についてお伝えします" in told
    assert "jnx  told" in told


def test_who_was_told_by_a_machine_or_called_back_is_not_listed_as_merely_missed(flask):
    with transaction():
        builders.call(status="missed", menu_key="9", handled_at=NOON)
        builders.call(status="missed", handled_at=NOON, handled_by_id=1)
    handled, told = json.loads(flask("list", "--status", "missed", "--json"))

    assert [line.split("  ")[4] for line in flask("list").splitlines()[:2]] == [
        "missed (handled)",
        "told",
    ]
    assert [one["is_told"] for one in (handled, told)] == [False, True]


def test_a_call_may_ring_on_until_it_is_hung_up(flask):
    told = flask("simulate", "--menu", "1", "--ringing")
    assert [call.status for call in queries.page()] == ["ringing"]
    assert "flask call hang-up 1" in told

    flask("hang-up", "1")
    db.session.rollback()

    assert [call.status for call in queries.page()] == ["missed"]


def test_who_took_a_ringing_call_on_the_screen_presses_the_key_and_was_reached(flask):
    with transaction():
        person = builders.person("operator", phone="+81312345601")
        builders.shift(person, starts_at=NOON, ends_at=NOON + timedelta(days=9999))
    flask("simulate", "--menu", "1", "--ringing")
    with transaction():
        calls.claim(queries.by_id(1), by=person, now=clock.now())
    told = flask("pick-up", "1")
    flask("hang-up", "1")
    db.session.rollback()

    assert "⌨ 1 を押す" in told
    assert [(one.status, one.answered_by_id) for one in queries.page()] == [("done", person.id)]


def test_a_key_is_pressed_only_by_somebody_and_on_a_call_of_the_telephone_company(flask):
    flask("simulate", "--ringing")

    assert "--accept" in flask("pick-up", "1", fails=True)
    flask("pick-up", "2", fails=True)


def test_the_named_person_takes_the_call_and_talks_on(flask):
    with transaction():
        first, second = (builders.person("operator", phone=f"+8131234560{n}") for n in (1, 2))
        for one in (first, second):
            builders.shift(one, starts_at=NOON, ends_at=NOON + timedelta(days=9999))
    flask("simulate", "--talking", "--accept", second.email)
    [call] = queries.page()

    assert (call.status, call.answered_by_id) == ("answered", second.id)


def test_while_everybody_talks_the_next_caller_waits(flask):
    with transaction():
        only = builders.person("operator", phone="+81312345601")
        builders.shift(only, starts_at=NOON, ends_at=NOON + timedelta(days=9999))
    flask("simulate", "--talking")
    told = flask("simulate")
    message = flask("simulate", "--menu", "21", "--voicemail")

    assert "待ちきれずに切る" in told
    assert "1番目" in told
    assert "伝言を残す" in message


def test_only_a_call_of_the_telephone_company_can_be_hung_up(flask):
    with transaction():
        calls.enter(line="jnx", from_number="", received_at=NOON, by_id=1, now=NOON)

    flask("hang-up", "1", fails=True)
    flask("hang-up", "2", fails=True)
    flask("simulate", "--accept", "nobody@example.jp", fails=True)


def test_no_call_is_hung_up_in_production(flask, production):
    assert "本番環境では使えません" in flask("hang-up", "1", fails=True)


def test_numbers_may_be_typed_in_any_usual_way(flask):
    flask("simulate", "--from", "０９０−１２３４−５６７８", "--to", "0120-318-258")
    [call] = queries.page()

    assert (call.from_number, call.line) == ("+819012345678", "sompo_desk")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--from", "110"],
        ["--to", "nobody"],
        ["--menu", "x"],
        ["--at", "2026-12-30T22:15"],
        ["--url", "ftp://localhost"],
        ["--url", "http://localhost:1", "--at", AT],
    ],
)
def test_what_makes_no_call_is_refused(flask, arguments):
    flask("simulate", *arguments, fails=True)

    assert queries.count() == 0


def test_the_clock_cannot_be_set_in_production(flask, production):
    assert "本番環境では使えません" in flask("simulate", "--at", AT, fails=True)
    assert queries.count() == 0


def test_a_call_that_could_not_be_recorded_ends_non_zero(app, flask, monkeypatch):
    def fail(*_args, **_kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr(calls, "record", fail)
    told = flask("simulate", fails=True)
    spool = Spool(settings().spool_dir)

    assert "☏ +815000000000" in told
    assert "記録されていません" in told
    assert spool.waiting()
    for path in spool.waiting():
        spool.done(path)


def test_a_running_server_is_rung_over_http(app, flask, served):
    told = flask("simulate", "--url", served, "--menu", "1")

    assert "受付番号は" in told
    assert queries.count() == 1


def test_a_server_that_refuses_us_is_told_of(app, served):
    changed = settings().model_copy(update={"public_url": "http://another.example"})
    phone = Telephone(over_http(served), changed, CALLER, CALLED, Behaviour(), lambda _: None)

    with pytest.raises(Broken, match="403"):
        phone.ring()


def test_a_server_that_does_not_run_is_named(flask):
    told = flask("simulate", "--url", "http://127.0.0.1:1", fails=True)

    assert "届きません" in told


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ((403, ""), "403"),
        ((200, "no xml"), "TwiML ではありません"),
        ((200, "<Response><Redirect>/again</Redirect></Response>"), "終わりません"),
    ],
)
def test_a_hotline_that_does_not_answer_as_it_must_is_told_of(app, answer, why):
    phone = Telephone(
        post=lambda *_: answer,
        settings=settings(),
        from_number=CALLER,
        to_number=CALLED,
        behaviour=Behaviour(),
        said=lambda _: None,
    )
    with pytest.raises(Broken, match=why):
        phone.ring()


def test_calls_are_listed_for_people_and_for_programs(flask):
    with transaction():
        builders.call()

    assert "+81354226351  ringing" in flask("list")
    assert json.loads(flask("list", "--json"))[0]["status"] == "ringing"
    assert json.loads(flask("list", "--status", "missed", "--json")) == []


def test_a_status_that_no_call_has_is_refused(flask):
    assert "is not one of 'ringing'" in flask("list", "--status", "bogus", fails=True)


def test_text_messages_are_listed_for_people_and_for_programs(flask):
    with transaction():
        calls.receive_text(TEXT, now=NOON)

    assert "2026-11-04 12:00:00  +819012345678  +81120066318  折り返し ください" in flask("texts")
    assert json.loads(flask("texts", "--json"))[0]["body"] == "折り返し\nください"


@pytest.mark.parametrize("what", ["list", "texts"])
def test_who_reads_is_on_record(flask, what):
    flask(what)
    subject = "list:calls" if what == "list" else "list:texts"

    entries = db.session.execute(select(AuditEntry.action, AuditEntry.subject)).all()
    assert entries == [("read", subject)]


def test_calls_are_counted(flask):
    with transaction():
        builders.call()

    assert flask("count") == "1\n"
    assert json.loads(flask("count", "--json")) == {"count": 1}


def test_a_contact_of_a_partner_is_rung_and_takes_the_task_by_key(flask, asked):
    heard = flask("offer", str(asked.id), "--keys", "9", "--at", NOON.isoformat())
    taken = flask("offer", str(asked.id), "--keys", "1", "--at", NOON.isoformat())
    db.session.expire_all()

    assert "フォレンジック調査" in heard
    assert "⌨ 1 を押す" in taken
    assert (asked.status, asked.answered_by) == ("accepted", "key")


def test_nobody_is_rung_about_an_offer_that_nobody_was_told_of(flask):
    assert "打診 7 で" in flask("offer", "7", "--keys", "1", fails=True)


@pytest.mark.usefixtures("production")
def test_in_production_nobody_answers_for_a_partner(flask, asked):
    assert "本番環境" in flask("offer", str(asked.id), "--keys", "1", fails=True)


@pytest.fixture
def asked(app):
    """An offer of which the first contact of a partner was told by telephone."""
    with transaction():
        vendor = partners.vendor()
        contact = partners.contact(vendor)
        made = partners.offer(partners.task(status="offered"), vendor)
        db.session.add(OfferRing(offer_id=made.id, contact_id=contact.id, rung_at=NOON))
    return made


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """A busy machine is no outage."""
    monkeypatch.setattr(twilio.hooks, "DATABASE_SECONDS", 20)


@pytest.fixture
def flask(app):
    """``flask("list")`` runs ``flask call list`` and returns what it printed."""

    def invoke(*arguments, fails=False):
        done = app.test_cli_runner().invoke(args=["call", *arguments])

        assert (done.exit_code != 0) is fails, done.output
        return done.output

    return invoke


@pytest.fixture
def production(app):
    before: Settings = app.extensions["hotline.settings"]
    app.extensions["hotline.settings"] = before.model_copy(update={"env": "production"})
    yield
    app.extensions["hotline.settings"] = before


@pytest.fixture
def served(app):
    """The application behind a real port; its public address is another."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()
