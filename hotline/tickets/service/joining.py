"""Make two tickets of one incident one."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from hotline.audit import service as audit
from hotline.db import db
from hotline.deadlines import service as deadlines
from hotline.errors import N_, Refused
from hotline.followups import service as followups
from hotline.followups.models import Followup
from hotline.tickets import rules
from hotline.tickets.models import Ticket
from hotline.tickets.rules import Judgement, Severity, Status
from hotline.tickets.service.holding import check_all_held, clocks_of, hold_all
from hotline.tickets.service.rating import count_up, rate
from hotline.tickets.service.urgency import page_if_urgent
from hotline.tickets.service.workflow import call_off_all, let_go
from hotline.timeline import service as timeline
from hotline.timeline.rules import Audience, Event


def join(ticket: Ticket, into: Ticket, *, by_id: int, now: datetime) -> None:
    """The incident of ``ticket`` goes on under the number of ``into``; both numbers keep working.

    Open promises of ``ticket`` are called off, nobody is told about it any more, and ``into`` is
    from now on as grave as the graver of both. The call its caller waits for is owed on ``into``,
    unless one is by then already. What was joined with ``ticket`` follows. Raises Refused when
    one of both has ended, for a drill and no drill, and for a ticket and itself.
    """
    followers = _joined_with(ticket)
    owed = hold_all([ticket, into, *followers])
    _check(ticket, into)
    if len(_joined_with(ticket)) != len(followers):
        raise Refused(N_("Somebody changed this ticket at the same moment. Please look again."))
    own = [followup for followup in owed if followup.ticket_id == ticket.id]
    check_all_held(ticket, own)
    audience = _readers_of_both(ticket, into)
    reason = f"→ {rules.spaced(into.number)}"
    call_off_all(own, reason=reason, by_id=by_id, now=now, audience=audience)
    _carry_deadlines(ticket, into, reason, audience, by_id=by_id, now=now)
    facts = _how_it_stands(ticket, followers, own)
    ticket.status, ticket.duplicate_of_id = Status.DUPLICATE, into.id
    for follower in followers:
        follower.duplicate_of_id = into.id
    db.session.flush()
    timeline.write(
        ticket.id,
        Event.JOINED,
        at=now,
        by_id=by_id,
        audience=audience,
        facts={"number": into.number},
    )
    let_go(ticket, by_id=by_id, now=now)
    _raise(ticket, into, by_id=by_id, now=now)
    theirs = [one for one in owed if one.ticket_id == into.id]
    facts["carried"] = _owe_there(own, theirs, into, by_id=by_id, now=now)
    timeline.write(into.id, Event.TOOK_IN, at=now, by_id=by_id, facts=facts)
    about = rules.subject(ticket.number)
    audit.write("ticket.joined", about, by_id=by_id, now=now, into=into.number)
    db.session.flush()


def keep_apart(ticket: Ticket, other: str, *, by_id: int, now: datetime) -> None:
    """Put on record that somebody looked at ticket ``other`` and said: another incident."""
    about = rules.subject(ticket.number)
    audit.write("ticket.kept_apart", about, by_id=by_id, now=now, other=other)


def _carry_deadlines(
    ticket: Ticket, into: Ticket, reason: str, audience: Audience | None, *, by_id: int,
    now: datetime,
) -> None:  # fmt: skip
    """Its legal clocks run there; and there is done, or owed, what the same company owes."""
    of, to = clocks_of(ticket), clocks_of(into)
    deadlines.carry_over(of, to, reason=reason, audience=audience, by_id=by_id, now=now)
    if ticket.member_number == into.member_number:
        deadlines.carry_obligations(of, to, by_id=by_id, now=now)


def _how_it_stands(
    ticket: Ticket, followers: Sequence[Ticket], own: Sequence[Followup]
) -> dict[str, object]:
    """What is needed to undo it: it stands in a line that the desk alone reads."""
    return {
        "number": ticket.number,
        "was": ticket.status,
        "followers": [one.id for one in followers],
        "owed": [one.id for one in own],
    }


def _joined_with(ticket: Ticket) -> list[Ticket]:
    return list(db.session.scalars(select(Ticket).where(Ticket.duplicate_of_id == ticket.id)))


def _check(ticket: Ticket, into: Ticket) -> None:
    if ticket.id == into.id:
        raise Refused(N_("A ticket cannot be joined with itself."))
    for one in (ticket, into):
        if one.status in rules.ENDED:
            raise Refused(
                N_("Ticket %(number)s has ended. Only tickets that go on can be joined."),
                number=rules.spaced(one.number),
            )
    if ticket.drill != into.drill:
        raise Refused(N_("A drill and a real incident cannot be joined."))


def _readers_of_both(ticket: Ticket, into: Ticket) -> Audience | None:
    """The desk alone, unless both are of one member: nobody reads another company's number."""
    same = ticket.member_number is not None and ticket.member_number == into.member_number
    return None if same else Audience.STAFF


def _raise(ticket: Ticket, into: Ticket, *, by_id: int, now: datetime) -> None:
    """What made the one grave makes the incident grave."""
    if ticket.assessed and rules.graver(ticket.severity, into.severity):
        rate(into, Judgement(Severity(ticket.severity)), by_id=by_id, now=now)
        count_up(into, by_id=by_id, now=now)


def _owe_there(
    own: Sequence[Followup],
    theirs: Sequence[Followup],
    into: Ticket,
    *,
    by_id: int,
    now: datetime,
) -> int | None:
    """What was read out to the caller holds: nobody waits for a call that nobody makes.

    Returns the promise that was made for it on ``into``; None when one is owed by then already.
    """
    first = min(own, key=lambda followup: followup.due_at, default=None)
    if first is None or any(one.due_at <= first.due_at for one in theirs):
        return None
    carried = followups.carry_over(first, into.id, into.number, by_id=by_id, now=now)
    page_if_urgent(into, now=now)
    return carried.id
