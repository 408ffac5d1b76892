"""Figures of cases that can be counted by hand, on both databases."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from hotline.calendars import service as calendars
from hotline.coordination.models import Approval
from hotline.coordination.rules import OfferStatus
from hotline.db import db
from hotline.deadlines.models import Clock
from hotline.evidence.models import File
from hotline.followups.models import Followup
from hotline.reports import queries, rules
from hotline.reports.rules import Span
from hotline.reports.rules.spans import ZONE
from hotline.tickets.models import Ticket
from hotline.timeline.models import Line
from hotline.transaction import transaction
from tests import builders, partners
from tests.builders import NOON

YEAR = Span(date(2025, 12, 1), date(2026, 11, 4))
NOVEMBER = Span(date(2026, 11, 1), date(2026, 11, 4))
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

pytestmark = pytest.mark.usefixtures("app")


def test_a_month_begins_at_midnight_in_japan():
    with transaction():
        for at in ("2026-09-30T14:59:59.999999", "2026-09-30T15:00:00", "2026-10-31T14:59:59"):
            builders.call(received_at=datetime.fromisoformat(at).replace(tzinfo=UTC))
    calls = table("calls")

    assert [row.key for row in calls.rows] == list(range(12))
    assert calls.column("calls") == (*[0] * 9, 1, 2, 0)


def test_calls_are_counted_by_what_became_of_them():
    with transaction():
        answered(waited=20)
        answered(waited=40)
        builders.call(status="done", received_at=NOON, call_sid=None, answered_at=NOON)
        builders.call(status="missed", disposition="called_back", handled_at=NOON + 90 * MINUTE)
        builders.call(status="voicemail")
        builders.call(status="missed", menu_key="9", handled_at=NOON)
        builders.call(status="ringing", received_at=NOON - 2 * HOUR)
        builders.call(status="ringing")
        builders.call(status="done", direction="out")
    calls = table("calls")

    assert said(calls, "calls", "answered", "missed", "voicemail", "called_back") == (8, 3, 3, 1, 1)
    assert said(calls, "answered_share", "waited", "waited_90", "back") == (500, 20, None, 90)


def test_a_call_is_in_hours_when_the_calendar_was_open():
    tokyo = ("2026-11-02T08:59:59", "2026-11-02T09:00:00", "2026-11-02T16:59:59",
             "2026-11-02T17:00:00", "2026-11-03T12:00:00", "2026-11-01T12:00:00")  # fmt: skip
    with transaction():
        for at in tokyo:
            builders.call(received_at=datetime.fromisoformat(f"{at}+09:00"))
    by_hours = table("calls_by_hours")

    assert [(row.key, row.figures[0]) for row in by_hours.rows] == [("in", 2), ("out", 4)]


def test_tickets_are_counted_by_every_fact_and_drills_never():
    with transaction():
        closed(builders.ticket(received_at=NOON - 2 * DAY), at=NOON)
        # A holiday and a Sunday.
        closed(builders.ticket(case_types=("leak", "other"), received_at=NOON - DAY), at=NOON + DAY)
        builders.ticket(line="sompo_desk", received_at=NOON - 3 * DAY)
        builders.ticket(drill=True)
    section = report().sections[1]

    assert section.drills == 1
    assert said(section.main, "tickets", "in_hours", "out_of_hours", "closed") == (3, 1, 2, 2)
    assert said(section.main, "lasted", "lasted_90") == (48, None)
    assert rows("tickets_by_case_type") == {
        "ransom": 2, "leak": 1, "defacement": 0, "spoofed_mail": 0, "other": 0,
    }  # fmt: skip
    assert rows("tickets_by_line") == {"jnx": 2, "sompo_desk": 1}
    assert rows("tickets_by_status")["closed"] == 2


def test_a_promise_is_late_from_the_end_of_its_grace():
    with transaction():
        promise(taken=timedelta(0), status="done")
        promise(taken=15 * MINUTE, status="done")
        promise(taken=15 * MINUTE + timedelta(microseconds=1), status="done")
        promise(ended=40 * MINUTE, status="done")
        promise(status="announced", days=1)
        promise(status="announced")
        promise(taken=DAY, status="taken", days=2)
        promise(status="moved")
        promise(status="called_off")
        promise(status="announced", days=3, drill=True)
    promises = table("promises")

    assert said(promises, "promises", "in_time", "late", "open_late", "open") == (9, 2, 2, 1, 2)
    assert said(promises, "moved", "called_off", "in_time_share") == (1, 1, 400)
    assert said(promises, "by", "by_90") == (40, None)
    assert rows("promises_by_hours") == {"at_once": 9, "later": 0}


def test_answers_of_partners_are_counted_as_the_desk_counts_them():
    with transaction():
        first, second = partners.vendor(name="一番"), partners.vendor(name="二番")
        task = partners.task()
        partners.offer(task, first, status=OfferStatus.DECLINED, answered_at=NOON + 10 * MINUTE)
        partners.offer(
            task, second, status=OfferStatus.ACCEPTED, offered_at=NOON + 10 * MINUTE,
            answered_at=NOON + 25 * MINUTE, engaged_at=NOON + 25 * MINUTE,
        )  # fmt: skip
        silent = partners.task()
        partners.offer(silent, first, status=OfferStatus.EXPIRED, answered_at=NOON + HOUR)
        partners.offer(silent, second, status=OfferStatus.QUEUED, offered_at=None, reply_by=None)
        partners.offer(partners.task(), first)
    found = report()
    by_vendor = found.tables["partners_by_vendor"]
    chain = found.tables["partners_by_function"]

    assert [(found.vendors[row.key[0]], row.key[1]) for row in by_vendor.rows] == [
        ("一番", "forensics"), ("二番", "forensics"),
    ]  # fmt: skip
    assert by_vendor.rows[0].figures == (3, 0, 1, 1, 1, None, 10, None)
    assert by_vendor.rows[1].figures == (1, 1, 0, 0, 0, None, 15, None)
    assert said(chain, "accepted", "first", "chain", "longest") == (1, 0, 2, 2)


def test_the_end_of_a_deadline_is_too_late():
    with transaction():
        for number, (status, ended) in enumerate(
            [("met", -1), ("met", 0), ("running", None), ("called_off", -5)]
        ):
            clock(builders.ticket(), NOON - number * DAY, status, ended)
        clock(builders.ticket(), NOON + HOUR, "running", None)
    clocks = table("clocks")

    assert said(clocks, "clocks", "in_time", "late", "open_late", "open", "called_off") == (
        5, 1, 1, 1, 1, 1,
    )  # fmt: skip
    assert rows("clocks_by_kind")["gdpr_72h"] == 5


def test_costs_and_files_are_counted_when_they_came():
    with transaction():
        ticket = builders.ticket()
        for status, yen in (("approved", 6_600_000), ("approved", 6_600_000), ("refused", 9)):
            approved(ticket, status, yen)
        file(ticket, "portal")
        file(ticket, "voicemail")
    found = report()

    assert said(found.tables["costs"], "approvals", "yen") == (2, 13_200_000)
    assert rows("costs_by_function")["forensics"] == 2
    assert said(found.tables["files"], "files") == (1,)


def test_money_is_left_out_for_who_may_not_see_it():
    found = queries.report(YEAR, with_money=False, now=NOON)

    assert "costs" not in found.tables


def test_the_days_before_are_counted_beside():
    with transaction():
        builders.call(received_at=NOON - 31 * DAY)
        builders.call(received_at=NOON - 40 * DAY)
        builders.call(received_at=NOON)
    calls = queries.report(NOVEMBER, with_money=True, now=NOON).tables["calls"]

    assert calls.column("calls") == (0, 0, 0, 1)
    assert calls.before("calls") == 1


@pytest.mark.parametrize("span", [YEAR, NOVEMBER], ids=["months", "days"])
def test_a_report_asks_the_same_number_of_questions_for_any_number_of_cases(span, statements):
    with statements() as few:
        queries.report(span, with_money=True, now=NOON)
    with transaction():
        for number in range(12):
            closed(builders.ticket(received_at=NOON - number * DAY), at=NOON)
    with statements() as many:
        queries.report(span, with_money=True, now=NOON)

    assert len(few) == len(many) == 9


def test_calls_of_any_moment_stand_in_the_month_and_the_hours_of_japan():
    chance = random.Random(11)
    moments = [
        rules.former(YEAR).start + chance.randrange(700 * 24 * 60) * MINUTE for _ in range(120)
    ]
    with transaction():
        for at in moments:
            builders.call(received_at=at)
    calls, by_hours = table("calls"), table("calls_by_hours")
    mine = [at for at in moments if YEAR.start <= at < YEAR.end]
    months = Counter((at.astimezone(ZONE).year, at.astimezone(ZONE).month) for at in mine)
    calendar = calendars.current("hotline")

    assert calls.column("calls") == tuple(
        months[one.first.year, one.first.month] for one in rules.parts(YEAR)
    )
    assert calls.before("calls") == sum(at < rules.former(YEAR).end for at in moments)
    assert by_hours.column("calls")[0] == sum(calendar.is_open(at) for at in mine)


def report():
    return queries.report(YEAR, with_money=True, now=NOON)


def table(code: str):
    return report().tables[code]


def said(of, *columns: str) -> tuple[int | None, ...]:
    return tuple(of.sum(one) for one in columns)


def rows(code: str) -> dict[object, int | None]:
    return {row.key: row.figures[0] for row in table(code).rows}


def answered(*, waited: int):
    return builders.call(status="done", answered_at=NOON + timedelta(seconds=waited))


def closed(ticket: Ticket, *, at: datetime) -> None:
    """Closed, opened again and closed for good."""
    ticket.status = "closed"
    for moment in (at - HOUR, at):
        db.session.add(Line(ticket_id=ticket.id, at=moment, event="closed", audience="staff"))
    db.session.flush()


def promise(*, status: str, taken=None, ended=HOUR, days: int = 0, drill: bool = False) -> Followup:
    """A promise of a P2, with a grace of a quarter of an hour; due at noon or ``days`` before."""
    made = builders.promise_of(builders.ticket(drill=drill))
    due = NOON - days * DAY
    made.due_at, made.take_up_by, made.status = due, due + 15 * MINUTE, status
    made.taken_at = None if taken is None else due + taken
    made.ended_at = due + ended if status in ("done", "moved", "called_off") else None
    db.session.flush()
    return made


def clock(ticket: Ticket, due: datetime, status: str, ended: int | None) -> None:
    ended_at = None if ended is None else due + timedelta(seconds=ended)
    db.session.add(
        Clock(
            ticket_id=ticket.id, kind="gdpr_72h", status=status, started_at=due - 3 * DAY,
            set_at=due - 3 * DAY, due_at=due, ended_at=ended_at,
        )
    )  # fmt: skip
    db.session.flush()


def approved(ticket: Ticket, status: str, yen: int) -> None:
    db.session.add(
        Approval(
            ticket_id=ticket.id, task_id=partners.task(ticket).id, status=status, total_yen=yen,
            asked_at=NOON, asked_by_id=1, answered_at=NOON,
        )
    )  # fmt: skip
    db.session.flush()


def file(ticket: Ticket, source: str) -> None:
    db.session.add(
        File(
            sha256="0" * 64, size=1, name="a", media_type="text/plain", subject="ticket:1",
            ticket_id=ticket.id, source=source, received_at=NOON,
        )
    )  # fmt: skip
    db.session.flush()
