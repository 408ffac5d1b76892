"""The list of cases, read piece by piece."""

from datetime import date, timedelta

import pytest

from hotline.reports import queries
from hotline.reports.queries import listing
from hotline.reports.rules import Span
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON
from tests.reports.test_figures import DAY, MINUTE, closed

NOVEMBER = Span(date(2026, 11, 1), date(2026, 11, 4))

pytestmark = pytest.mark.usefixtures("app")


def test_a_case_has_its_last_promise_and_the_hours_of_the_first():
    with transaction():
        ticket = builders.ticket(case_types=("leak", "other"), company="確認工業")
        promise = builders.promise_of(ticket)
        promise.due_at = NOON
        promise.take_up_by = NOON + 15 * MINUTE
        promise.status, promise.taken_at = "done", NOON + 20 * MINUTE
        promise.ended_at = NOON + 30 * MINUTE
        closed(ticket, at=NOON + DAY)
    (case,) = queries.cases(NOVEMBER, now=NOON + DAY)

    assert (case.number, case.case_types, case.company) == (
        ticket.number, ("leak", "other"), "確認工業",
    )  # fmt: skip
    assert (case.in_hours, case.late) == (True, 20)
    assert (case.promised_at, case.kept_at) == (NOON, NOON + 30 * MINUTE)
    assert case.closed_at == NOON + DAY


def test_a_drill_is_listed_and_never_late():
    with transaction():
        promise = builders.promise_of(builders.ticket(drill=True))
        promise.take_up_by = NOON
    (case,) = queries.cases(NOVEMBER, now=NOON + DAY)

    assert (case.drill, case.late, case.kept_at, case.closed_at) == (True, None, None, None)


def test_cases_without_promise_or_type_are_listed():
    with transaction():
        ticket = builders.ticket(case_types=())
        for promise in [builders.promise_of(ticket)]:
            promise.ticket_id = builders.ticket(received_at=NOON - 99 * DAY).id
    (case,) = queries.cases(NOVEMBER, now=NOON)

    assert (case.case_types, case.in_hours, case.promised_at, case.late) == ((), False, None, None)


def test_cases_are_read_piece_by_piece(monkeypatch, statements):
    monkeypatch.setattr(listing, "AT_ONCE", 3)
    with transaction():
        numbers = [
            builders.ticket(received_at=NOON - timedelta(hours=hours)).number for hours in range(7)
        ]
    with statements() as sent:
        found = [one.number for one in queries.cases(NOVEMBER, now=NOON)]

    assert found == numbers[::-1]
    assert len(sent) == 3 * 3 + 1
