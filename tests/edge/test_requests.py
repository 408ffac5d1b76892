"""One unsafe request, one transaction; a read is on record before it is answered."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text

from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.edge import requests
from hotline.heartbeats import Heartbeat
from hotline.sessions.models import SignedIn
from hotline.transaction import schema_change
from tests.edge.views import OUTCOMES
from tests.web.forms import form_token

NOON = datetime(2026, 11, 4, 3, 0, tzinfo=UTC)


def rows(table) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def reads() -> list[tuple[str, dict]]:
    db.session.rollback()
    query = select(AuditEntry.subject, AuditEntry.detail).where(AuditEntry.action == "read")
    return [(subject, detail) for subject, detail in db.session.execute(query)]


def test_an_unsafe_request_is_one_transaction(trial, token_of):
    answer = trial.post("/api/v1/trial/save", headers=token_of("operator"))

    assert (answer.status_code, rows(Heartbeat)) == (200, 1)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_request_that_fails_saves_nothing(trial, token_of, outcome):
    answer = trial.post(f"/api/v1/trial/save-then/{outcome}", headers=token_of("operator"))

    assert (answer.status_code, rows(Heartbeat)) == (OUTCOMES[outcome][1], 0)


def test_who_may_not_saves_nothing(trial):
    assert trial.post("/api/v1/trial/save").status_code == 401
    assert rows(Heartbeat) == 0


def test_s_12_a_form_without_the_token_of_a_page_saves_nothing(trial, browse):
    answer = browse(trial, "operator").post("/trial/save")

    assert (answer.status_code, rows(Heartbeat)) == (400, 0)


def test_a_get_that_forgets_itself_saves_nothing(trial, token_of):
    answer = trial.get("/api/v1/trial/forgets", headers=token_of("operator"))

    assert (answer.status_code, rows(Heartbeat)) == (200, 0)


def test_a_get_that_commits_is_refused_by_the_guard(trial, token_of):
    answer = trial.get("/api/v1/trial/commits", headers=token_of("operator"))

    assert (answer.status_code, rows(Heartbeat)) == (500, 0)


# Reads


def test_a_read_is_on_record_with_its_request(trial, token_of):
    answer = trial.get("/api/v1/trial/read", headers=token_of("operator"))
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "read")).one()

    assert (entry.subject, entry.detail) == ("ticket:482170933", {"part": "page"})
    assert entry.request_id == answer.headers["X-Request-ID"]
    assert entry.address == "127.0.0.1"


def test_what_was_not_answered_was_not_read(trial, token_of):
    assert trial.get("/api/v1/trial/gone", headers=token_of("operator")).status_code == 404
    assert reads() == []


def test_who_may_not_read_reads_nothing(trial):
    trial.get("/trial/read")

    assert reads() == []


def test_a_list_that_asks_for_news_is_no_visit(trial, browse):
    browser = browse(trial, "operator")
    browser.get("/trial/list", headers={"X-Poll": "1"})
    polled = len(reads())
    browser.get("/trial/list")

    assert (polled, len(reads())) == (0, 1)


@pytest.mark.parametrize("address", ["/trial/read", "/api/v1/trial/read"])
def test_nobody_reads_what_no_record_says_was_read(trial, browse, token_of, address):
    browser, headers = browse(trial, "operator"), token_of("operator")
    with without_table("audit_entries"):
        answer = browser.get(address, headers=headers)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "a ticket" not in answer.text


@contextmanager
def without_table(name: str) -> Iterator[None]:
    """The table is away, as if its disk had gone."""
    rename("ALTER TABLE {0} RENAME TO away", name)
    try:
        yield
    finally:
        rename("ALTER TABLE away RENAME TO {0}", name)


def rename(statement: str, name: str) -> None:
    db.session.rollback()
    with schema_change(), db.engine.begin() as connection:
        connection.execute(text(statement.format(name)))


# Last seen


def seen() -> datetime:
    db.session.rollback()
    return db.session.scalars(select(SignedIn.seen_at)).one()


def test_a_session_is_noted_once_a_minute_at_most(trial, browse, at):
    moments = [NOON + timedelta(seconds=late) for late in (0, 59, 60, 119, 120)]
    with at(NOON):
        browser = browse(trial, "operator")
    noted = []
    for moment in moments:
        with at(moment):
            assert browser.get("/trial/everybody").status_code == 200
        noted.append(seen())

    assert noted == [moments[0], moments[0], moments[2], moments[2], moments[4]]


def test_a_page_that_asks_for_news_keeps_nobody_signed_in(trial, browse, at):
    with at(NOON):
        browser = browse(trial, "operator")
    with at(NOON + timedelta(minutes=5)):
        browser.get("/trial/list", headers={"X-Poll": "1"})

    assert seen() == NOON


def test_whoever_only_sends_is_in_use_too(trial, browse, at):
    with at(NOON):
        browser = browse(trial, "operator")
        token = form_token(browser)
    with at(NOON + timedelta(minutes=20)):
        browser.post("/language", data={"csrf_token": token, "language": "en"})

    assert seen() == NOON + timedelta(minutes=20)


def test_a_read_takes_no_place_among_the_writers(trial, token_of, statements):
    """A page that needs no record is answered while somebody else holds the only writer."""
    headers = token_of("operator")
    with statements() as sent:
        trial.get("/api/v1/trial/everybody", headers=headers)

    assert not [one for one in sent if one.startswith(("INSERT", "UPDATE", "DELETE"))]


@pytest.mark.parametrize(
    ("ago", "seconds"),
    [("1500", 1.5), ("", 0), ("-5", 0), ("x", 0), ("٣", 0), ("9" * 13, 0), ("9" * 12, 12 * 3600)],
)
def test_what_a_page_kept_is_as_old_as_the_page_says_within_a_shift(ago, seconds):
    assert requests.before(NOON, ago) == NOON - timedelta(seconds=seconds)


def test_an_address_is_remembered_for_where_the_site_stands_and_inside_it_alone(app):
    found = []
    for root in ("", "/desk", ""):
        with app.test_request_context("/", base_url=f"http://localhost{root}"):
            wanted = {"number": "482170933", "_anchor": None, "_external": None}
            found.append(app.url_for("tickets.show", **wanted))
            found.append(app.url_for("tickets.show", number="482170933", _external=True))

    assert found[:2] == ["/tickets/482170933", "http://localhost/tickets/482170933"]
    assert found[2:4] == [one.replace("/tickets", "/desk/tickets") for one in found[:2]]
    assert found[4:] == found[:2]


def test_an_address_with_a_list_of_values_is_made_anew(app):
    with app.test_request_context("/"):
        made = [app.url_for("tickets.index", status=[one, "closed"]) for one in ("new", "advised")]

    assert made == ["/tickets?status=new&status=closed", "/tickets?status=advised&status=closed"]
