"""Take another contact that a member gives in writing, and use it once somebody has checked it.

Whoever reads a company's mail can write in its name too: a phone or an address that came in
writing is used after a call to a number that was known before. That the company's own channels
are not safe holds at once, because believing it can only keep something back.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from hotline.audit import service as audit
from hotline.db import db
from hotline.errors import N_, Refused
from hotline.notices import service as notices
from hotline.notices.rules import OLD_CONTACT, RESPONSIBLE, Channel, Kind
from hotline.notices.service import Planned
from hotline.tickets import queries, rules
from hotline.tickets.models import ContactChange, Ticket
from hotline.tickets.rules import UNSAFE, ChangeStatus, ContactField, Heard
from hotline.tickets.service.holding import check_goes_on, hold, make_findable
from hotline.tickets.service.member.status_codes import end_status
from hotline.tickets.service.member.telling import together
from hotline.tickets.service.rating import count_up
from hotline.tickets.service.telling import tell_caller, ways_to
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event


def give_contact(
    ticket: Ticket, field: str, value: str, *, by_id: int | None, now: datetime
) -> ContactChange:
    """Write down another contact; the desk is alarmed and rings before it is used.

    ``by_id``: None for the caller behind a code. What was given before for the same field and
    not looked at yet is replaced. Raises Invalid naming ``field`` or ``value``, and Refused when
    the ticket has ended.
    """
    hold(ticket)
    check_goes_on(ticket)
    was = queries.contact_now(ticket, field)
    meant, clean = rules.checked_contact(field, value, was=was)
    _replace(ticket, meant, now=now)
    made = ContactChange(
        ticket_id=ticket.id,
        field=meant,
        value=clean,
        given_at=now,
        given_by_id=by_id,
        status=ChangeStatus.GIVEN,
        note="",
        rung="",
        told_before={},
    )
    db.session.add(made)
    db.session.flush()
    _tell(Event.CONTACT_GIVEN, _Step(ticket, made, by_id, now))
    if rules.holds_at_once(meant, clean):
        _hold_at_once(_Step(ticket, made, by_id, now))
    _alarm(ticket, now=now)
    return made


def confirm_contact(
    ticket: Ticket, change: ContactChange, heard: Heard, *, by_id: int, now: datetime
) -> None:
    """Use it from now on: somebody said on a known number that it is right.

    The contacts until now are warned. Raises Invalid naming ``rung`` or ``note``, and Refused
    when somebody decided already or the ticket has ended.
    """
    hold(ticket)
    check_goes_on(ticket)
    heard = rules.checked_heard(heard, [code for code, _ in queries.known_numbers(ticket)])
    _still_given(change)
    change.told_before = dict(ways_to(ticket))
    change.rung = heard.rung
    step = _Step(ticket, change, by_id, now)
    _decide(step, ChangeStatus.CONFIRMED, heard.note)
    _apply(step)
    _tell(Event.CONTACT_CONFIRMED, step, rung=heard.rung)
    _warn(step)
    tell_caller(ticket, now=now, by_id=by_id)


def refuse_contact(
    ticket: Ticket, change: ContactChange, note: str, *, by_id: int, now: datetime
) -> None:
    """It does not hold, and why. Raises Invalid naming ``note``, and Refused as confirming does."""
    note = rules.checked_refusal(note)
    hold(ticket)
    _still_given(change)
    step = _Step(ticket, change, by_id, now)
    _decide(step, ChangeStatus.REFUSED, note)
    _tell(Event.CONTACT_REFUSED, step)


@dataclass(frozen=True)
class _Step:
    """One change of one ticket, and who does something with it when."""

    ticket: Ticket
    change: ContactChange
    by_id: int | None
    now: datetime


def _replace(ticket: Ticket, field: ContactField, *, now: datetime) -> None:
    """Nobody needs to check what was corrected since."""
    query = select(ContactChange).where(
        ContactChange.ticket_id == ticket.id,
        ContactChange.field == field,
        ContactChange.status == ChangeStatus.GIVEN,
    )
    for one in db.session.scalars(query):
        one.status, one.decided_at = ChangeStatus.REPLACED, now


def _still_given(change: ContactChange) -> None:
    db.session.refresh(change)
    if change.status != ChangeStatus.GIVEN:
        raise Refused(N_("Somebody decided about this already. Please look again."))


def _decide(step: _Step, status: ChangeStatus, note: str) -> None:
    change = step.change
    change.status, change.note = status, note
    change.decided_at, change.decided_by_id = step.now, step.by_id


def _hold_at_once(step: _Step) -> None:
    """That the own channels are not safe: nobody has to confirm it, and nobody did."""
    step.change.status, step.change.decided_at = ChangeStatus.CONFIRMED, step.now
    _apply(step)
    timeline.write(step.ticket.id, Event.CHANNELS_UNSAFE, at=step.now, by_id=step.by_id)


def _apply(step: _Step) -> None:
    """Save it as every save of the ticket's facts: found by it, counted up, on the trail."""
    ticket, change = step.ticket, step.change
    name, value = change.field, change.value
    if change.field == ContactField.CHANNELS:
        ticket.company_channels_unsafe = value == UNSAFE
        name = "company_channels_unsafe"
    else:
        setattr(ticket, name, value)
    if change.field != ContactField.CALLBACK_HOURS:
        # Whoever holds the former phone, or is at the company's, sees the status no more.
        end_status(ticket.id, now=step.now)
    make_findable(ticket)
    count_up(ticket, by_id=step.by_id, now=step.now)
    db.session.flush()
    about = rules.subject(ticket.number)
    audit.write("ticket.filled", about, by_id=step.by_id, now=step.now, fields=[name])


def _warn(step: _Step) -> None:
    """Tell those that were used until now that something else is used."""
    change = step.change
    facts = {"number": step.ticket.number, "change": change.id}
    planned = [
        Planned(
            Kind.CONTACT_CHANGED, step.now, facts, audience=OLD_CONTACT, channel=Channel(channel)
        )
        for channel in change.told_before
    ]
    notices.tell_all(rules.change_subject(change.id), planned, now=step.now)


def _alarm(ticket: Ticket, *, now: datetime) -> None:
    """Whoever is responsible looks at it soon, by mail and on the phone."""
    about = rules.member_thread(ticket.id)
    due_at = together(about, Kind.CONTACT_GIVEN, now=now)
    facts = {"number": ticket.number}
    planned = [
        Planned(Kind.CONTACT_GIVEN, due_at, facts, audience=RESPONSIBLE, channel=channel)
        for channel in (Channel.MAIL, Channel.SMS)
    ]
    notices.tell_all(about, planned, now=now)


def _tell(event: Event, step: _Step, **details: object) -> None:
    """A line of the story, and one of the trail; neither holds the contact itself."""
    change, about = step.change, rules.change_subject(step.change.id)
    facts = {"contact": change.field}
    timeline.write(
        change.ticket_id, event, at=step.now, by_id=step.by_id, subject=about, facts=facts
    )
    on_trail = {"ticket": step.ticket.number, "field": change.field, **details}
    audit.write(str(event.value), about, by_id=step.by_id, now=step.now, **on_trail)
