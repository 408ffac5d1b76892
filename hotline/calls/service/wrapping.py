"""After a call: how it ended, what is worth remembering, and whether its ticket ends with it."""

from dataclasses import dataclass
from datetime import datetime

from hotline.audit import service as audit
from hotline.calls import rules
from hotline.calls.models import Call
from hotline.calls.rules import Direction, Disposition, DispositionsPolicy, Status
from hotline.calls.service.holding import hold, subject
from hotline.db import db
from hotline.errors import N_, Invalid, Problem, Refused
from hotline.policy import get
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.rules import ENDED, ReferralsPolicy
from hotline.tickets.rules import Status as Standing
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event


@dataclass(frozen=True)
class Wrapping:
    """How a call ended: a code of config/dispositions.toml, and a note.

    ``ends`` says of a call that needs nothing more whether its ticket ends with it; None while
    nobody said so. Then ``referral`` names where the caller was referred to.
    """

    disposition: str
    note: str = ""
    ends: bool | None = None
    referral: str = ""


def wrap_up(call: Call, given: Wrapping, *, by_id: int, now: datetime) -> list[str]:
    """Write down how the call ended; the channels by which the caller is told now, if any.

    Doing it again corrects it. Raises Refused for a call that nobody took, and Invalid for
    ``disposition``, ``note``, ``ends`` and ``referral``.
    """
    hold(call)
    check_taken(call)
    ticket = db.session.get(Ticket, call.ticket_id) if call.ticket_id is not None else None
    if ticket is not None:
        tickets.hold(ticket)
    goes_on = ticket is not None and ticket.status not in ENDED
    chosen, note = _checked(given, may_end=goes_on)
    _keep(call, chosen, note, by_id=by_id, now=now)
    _deal_with(call, by_id=by_id, now=now)
    if ticket is None or not goes_on:
        return []
    if chosen.ends and given.ends:
        ticket.tell_at = None
        tickets.go_to(
            ticket,
            Standing.OUT_OF_SCOPE,
            reason=note,
            referral=given.referral,
            by_id=by_id,
            now=now,
        )
        return []
    return tell_what_waits(ticket, by_id=by_id, now=now)


def tell_what_waits(ticket: Ticket, *, by_id: int, now: datetime) -> list[str]:
    """Have the caller told now what was to be told later; the channels that are used for it."""
    ticket.tell_at = None
    db.session.flush()
    return tickets.tell_caller(ticket, now=now, by_id=by_id)


def check_taken(call: Call) -> None:
    """Refuse to wrap up what nobody answered: it stands among the missed calls."""
    if call.direction == Direction.OUT:
        raise Refused(N_("This is a call that we made: write down how it went instead."))
    if call.status not in (Status.ANSWERED, Status.DONE) and call.claimed_at is None:
        raise Refused(N_("Nobody has taken this call yet: there is nothing to wrap up."))


def _checked(given: Wrapping, *, may_end: bool) -> tuple[Disposition, str]:
    wrong: dict[str, Problem] = {}
    chosen = get(DispositionsPolicy).by_code.get(given.disposition)
    if chosen is None:
        wrong["disposition"] = Problem(N_("Choose how the call ended."))
    note = rules.check_note(given.note, chosen, wrong)
    if chosen is not None and chosen.ends and may_end:
        _check_ending(given, wrong)
    if wrong or chosen is None:
        raise Invalid(wrong)
    return chosen, note


def _check_ending(given: Wrapping, wrong: dict[str, Problem]) -> None:
    if given.ends is None:
        wrong["ends"] = Problem(N_("Say whether the ticket ends with this call."))
    elif given.ends and given.referral not in get(ReferralsPolicy).by_code:
        wrong["referral"] = Problem(N_("Choose where the caller was referred to."))


def _deal_with(call: Call, *, by_id: int, now: datetime) -> None:
    """Nobody pressed a key for it, and yet it was not missed: somebody says how it went."""
    if call.answered_at is None and call.handled_at is None:
        call.handled_at, call.handled_by_id = now, by_id


def _keep(call: Call, chosen: Disposition, note: str, *, by_id: int, now: datetime) -> None:
    if (call.disposition, call.note) == (chosen.code, note) and call.wrapped_at is not None:
        return
    call.disposition, call.note = chosen.code, note
    call.wrapped_at, call.wrapped_by_id = now, by_id
    db.session.flush()
    audit.write("call.wrapped_up", subject(call), by_id=by_id, now=now, how=chosen.code)
    if call.ticket_id is not None:
        facts = {"disposition": chosen.code, "text": note}
        timeline.write(call.ticket_id, Event.WRAPPED_UP, at=now, by_id=by_id, facts=facts)
