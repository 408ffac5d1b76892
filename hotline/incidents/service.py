"""What is done with incidents that hit several companies: link, advise, move on together."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm.exc import StaleDataError

from hotline.audit import service as audit
from hotline.db import db
from hotline.errors import N_, Invalid, Missing, Problem, Refused
from hotline.incidents import queries, rules
from hotline.incidents.models import Broadcast, Incident, Linked
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.rules import ENDED, Spoken, Status
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event


@dataclass(frozen=True)
class Told:
    """One ticket of a broadcast, and by which channels its caller is sent the link; () for none."""

    ticket: Ticket
    channels: tuple[str, ...]


@dataclass(frozen=True)
class Moved:
    """One ticket of many that were to go on, and why it did not; None where it did."""

    ticket: Ticket
    problem: Problem | None


@dataclass(frozen=True)
class Step:
    """Where several tickets are to go, and why."""

    status: Status
    reason: str = ""
    referral: str = ""


def open_incident(
    title: str, cause: str, linked: Sequence[Ticket], *, by_id: int, now: datetime
) -> Incident:
    """Begin to handle these tickets together.

    Raises Invalid for ``title``, ``cause`` and for no ticket at all (``tickets``), and Refused
    as ``link`` does.
    """
    title, cause = rules.check_words(title, cause)
    if not linked:
        raise Invalid({"tickets": Problem(N_("Choose at least one ticket."))})
    begun = Incident(title=title, cause=cause, opened_at=now, opened_by_id=by_id)
    db.session.add(begun)
    db.session.flush()
    _note("opened", begun, by_id=by_id, now=now)
    link(begun, linked, by_id=by_id, now=now)
    return begun


def change(
    incident: Incident, title: str, cause: str, *, version: int, by_id: int, now: datetime
) -> None:
    """Say anew what they have in common; ``version`` is the one that was read.

    Raises Invalid, and StaleDataError when somebody else saved it meanwhile.
    """
    title, cause = rules.check_words(title, cause)
    if incident.version != version:
        raise StaleDataError
    incident.title, incident.cause = title, cause
    db.session.flush()
    _note("changed", incident, by_id=by_id, now=now)


def link(
    incident: Incident, linked: Sequence[Ticket], *, by_id: int, now: datetime
) -> list[Ticket]:
    """Handle these tickets with the incident; those that were not among them before.

    Only the desk reads of it. Raises Refused when the incident is closed, for a ticket of
    another one, for what goes on under another number, and for a drill among real incidents.
    """
    rules.check_going_on(incident.closed_at)
    rules.check_count(len(linked))
    tickets.hold_all(linked)
    before = queries.linked(incident.id)
    fresh = [one for one in _each_once(linked) if one.id not in {was.id for was in before}]
    _check_alike([*before, *fresh])
    for one in fresh:
        _check_free(one)
        db.session.add(
            Linked(ticket_id=one.id, incident_id=incident.id, linked_at=now, linked_by_id=by_id)
        )
        _tell(incident, one, Event.LINKED, by_id=by_id, now=now)
        _note("linked", incident, by_id=by_id, now=now, ticket=one.number)
    db.session.flush()
    return fresh


def unlink(incident: Incident, ticket: Ticket, *, by_id: int, now: datetime) -> None:
    """It has another cause after all. What was said to its caller stays said. Raises Missing."""
    held = db.session.get(Linked, ticket.id, with_for_update=True)
    if held is None or held.incident_id != incident.id:
        raise Missing()
    db.session.delete(held)
    db.session.flush()
    _tell(incident, ticket, Event.UNLINKED, by_id=by_id, now=now)
    _note("unlinked", incident, by_id=by_id, now=now, ticket=ticket.number)


def close(incident: Incident, *, by_id: int, now: datetime) -> None:
    """There is nothing more to do together; each ticket goes on by itself. Twice is once."""
    if incident.closed_at is None:
        incident.closed_at, incident.closed_by_id = now, by_id
        db.session.flush()
        _note("closed", incident, by_id=by_id, now=now)


def reopen(incident: Incident, *, by_id: int, now: datetime) -> None:
    """It goes on after all."""
    if incident.closed_at is not None:
        incident.closed_at, incident.closed_by_id = None, None
        db.session.flush()
        _note("reopened", incident, by_id=by_id, now=now)


def broadcast(incident: Incident, ja: str, en: str, *, by_id: int, now: datetime) -> list[Told]:
    """Advise every caller of the incident whose ticket goes on; each ticket with its channels.

    The advice is kept as said on each ticket, and its caller is sent number and link to the page
    that the caller code opens: nobody learns who else is told. Raises Refused when nobody is
    left to tell, because all have ended or have been told the same, and Invalid for ``ja`` and
    ``en``.
    """
    rules.check_going_on(incident.closed_at)
    linked = queries.linked(incident.id)
    advice = rules.check_advice(ja, en, linked)
    tickets.hold_all(linked)
    meant = [one for one in linked if one.status not in ENDED]
    if not meant:
        raise Refused(N_("No ticket of this joint incident goes on: there is nobody to tell."))
    if queries.all_told([one.id for one in meant], advice):
        raise Refused(N_("Every caller of this joint incident has been told this already."))
    sent = Broadcast(
        incident_id=incident.id, ja=advice.ja, en=advice.en, sent_at=now, sent_by_id=by_id
    )
    db.session.add(sent)
    db.session.flush()
    told = [_advise(one, sent, by_id=by_id, now=now) for one in meant]
    _note("broadcast", incident, by_id=by_id, now=now, broadcast=sent.id, tickets=len(told))
    return told


def move_all(
    incident: Incident, chosen: Collection[Ticket], step: Step, *, by_id: int, now: datetime
) -> list[Moved]:
    """Let several tickets of the incident go on to a status, each by itself.

    One that cannot go there stays where it is and says why; the others go. Raises Invalid when
    none was chosen (``tickets``), or for a ``reason`` that names one of them.
    """
    linked = queries.linked(incident.id)
    mine = [one for one in linked if one.id in {ticket.id for ticket in chosen}]
    if not mine:
        raise Invalid({"tickets": Problem(N_("Choose at least one ticket."))})
    reason = rules.check_reason(step.reason, linked)
    tickets.hold_all(mine)
    wanted = Step(step.status, reason, step.referral)
    moved = [_move(one, wanted, by_id=by_id, now=now) for one in mine]
    done = sum(one.problem is None for one in moved)
    detail = {"to": str(step.status), "done": done, "refused": len(moved) - done}
    _note("moved", incident, by_id=by_id, now=now, **detail)
    return moved


def subject(incident: Incident) -> str:
    """What the trail calls it."""
    return f"incident:{incident.id}"


def _move(ticket: Ticket, step: Step, *, by_id: int, now: datetime) -> Moved:
    try:
        with db.session.begin_nested():
            tickets.go_to(
                ticket, step.status, reason=step.reason, referral=step.referral, by_id=by_id,
                now=now,
            )  # fmt: skip
    except Invalid as invalid:
        return Moved(ticket, next(iter(invalid.fields.values())))
    except Refused as refused:
        return Moved(ticket, refused)
    return Moved(ticket, None)


def _advise(ticket: Ticket, sent: Broadcast, *, by_id: int, now: datetime) -> Told:
    said = Spoken(code=rules.code_of(sent.id), kind="do", ja=sent.ja, en=sent.en)
    tickets.keep_said(ticket, said, said_at=now, by_id=by_id, now=now)
    return Told(ticket, tuple(tickets.send_advice(ticket, by_id=by_id, now=now)))


def _each_once(linked: Sequence[Ticket]) -> list[Ticket]:
    return list({one.id: one for one in linked}.values())


def _check_alike(linked: Sequence[Ticket]) -> None:
    if len({one.drill for one in linked}) > 1:
        raise Refused(N_("A drill and a real incident cannot be joined."))


def _check_free(ticket: Ticket) -> None:
    spaced = {"number": ticket.number}
    if ticket.status == Status.DUPLICATE:
        raise Refused(
            N_("Ticket %(number)s goes on under another number: choose that one."), **spaced
        )
    if db.session.get(Linked, ticket.id) is not None:
        raise Refused(N_("Ticket %(number)s belongs to another joint incident already."), **spaced)


def _tell(incident: Incident, ticket: Ticket, event: Event, *, by_id: int, now: datetime) -> None:
    timeline.write(ticket.id, event, at=now, by_id=by_id, facts={"incident": incident.id})


def _note(what: str, incident: Incident, *, by_id: int, now: datetime, **detail: object) -> None:
    audit.write(f"incident.{what}", subject(incident), by_id=by_id, now=now, **detail)
