"""A P1 that does not wait: people are rung at any hour, and the call back is owed now."""

from datetime import timedelta

import pytest

from hotline.duty import queries as pages
from hotline.errors import Invalid, Refused
from hotline.followups import queries as followups
from hotline.followups import service as promises
from hotline.followups.rules import OPEN
from hotline.tickets import service as tickets
from hotline.tickets.rules import Status
from hotline.timeline import queries as timeline
from hotline.timeline.rules import Audience
from tests import builders
from tests.builders import NOON

WHY = "暗号化が進んでいる"
NIGHT = NOON + timedelta(hours=10)


def test_it_is_p1_with_the_reason_and_owed_now(ticket, operator):
    override(ticket, operator)
    then, first = followups.of_ticket(ticket.id)  # The one due first comes first.

    assert (ticket.severity, ticket.severity_reason, ticket.assessed) == ("p1", WHY, True)
    assert (first.status, first.end_reason) == ("moved", WHY)
    assert (then.due_at, then.in_hours, then.status) == (NIGHT, True, "pending")


def test_people_are_rung_once_and_not_for_two_causes(ticket, operator):
    override(ticket, operator)

    assert ringing(ticket) == [("p1_override", "open")]


def test_people_are_rung_in_hours_too(operator):
    ticket = builders.ticket()
    override(ticket, operator, now=NOON)

    assert ringing(ticket) == [("p1_override", "open")]


def test_pressing_it_twice_is_pressing_it_once(ticket, operator):
    first = override(ticket, operator)
    again = override(ticket, operator, reason="もう一度", now=NIGHT + timedelta(seconds=3))

    assert (first, again, ticket.severity_reason) == (True, False, WHY)
    assert len(followups.of_ticket(ticket.id)) == 2


def test_who_is_rung_already_is_not_rung_anew(operator):
    ticket = builders.ticket(received_at=NIGHT, now=NIGHT, severity="p1")
    override(ticket, operator)

    assert ringing(ticket) == [("p1_out_of_hours", "open")]
    assert owed(ticket).due_at == NIGHT


def test_what_somebody_took_and_is_pressed_again_rings_again(ticket, operator):
    coordinator = builders.person("coordinator")
    override(ticket, operator)
    (page,) = pages.pages_of(ticket.number)
    promises.take_page(page.id, by_id=coordinator.id, now=NIGHT)
    later = NIGHT + timedelta(hours=1)

    assert override(ticket, operator, now=later) is True
    assert ringing(ticket) == [("p1_override", "open")]
    assert (owed(ticket).due_at, owed(ticket).status) == (later, "pending")


def test_the_story_says_what_it_does_not_wait_for(ticket, operator):
    due = owed(ticket).due_at
    override(ticket, operator)
    told = [line for line, _ in timeline.of_ticket(ticket.id, Audience.MEMBER)]
    facts = next(line.facts for line in told if line.event == "overridden")

    assert facts == {"reason": WHY, "from_at": due.isoformat()}


def test_a_drill_rings_nobody(operator):
    drill = builders.ticket(received_at=NIGHT, now=NIGHT, drill=True)
    override(drill, operator)

    assert (ringing(drill), owed(drill).due_at) == ([], NIGHT)
    assert override(drill, operator) is False


def test_lowering_it_lets_people_sleep(ticket, operator):
    supervisor = builders.person("supervisor")
    override(ticket, operator)
    tickets.assess(ticket, "p3", reason="誤報", by=supervisor, now=NIGHT)

    assert ringing(ticket) == [("p1_override", "called_off")]


@pytest.mark.parametrize("reason", ["", "　 ", "あ" * 501])
def test_it_needs_a_reason(ticket, operator, reason):
    with pytest.raises(Invalid) as problem:
        override(ticket, operator, reason=reason)

    assert set(problem.value.fields) == {"reason"}


def test_a_ticket_that_has_ended_is_opened_again_first(ticket, operator):
    ticket.status = Status.CLOSED

    with pytest.raises(Refused):
        override(ticket, operator)


@pytest.fixture
def operator(app):
    return builders.person("operator")


@pytest.fixture
def ticket(app):
    """Called in at night: promised for the next morning."""
    return builders.ticket(received_at=NIGHT, now=NIGHT)


def override(ticket, by, *, reason=WHY, now=NIGHT):
    return tickets.override(ticket, reason=reason, by_id=by.id, now=now)


def owed(ticket):
    return next(one for one in followups.of_ticket(ticket.id) if one.status in OPEN)


def ringing(ticket):
    return [(one.cause, one.status) for one in pages.pages_of(ticket.number)]
