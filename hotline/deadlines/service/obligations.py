"""Let the duties after an accident begin, be ticked, and be remembered."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from hotline import policy
from hotline.audit import service as audit
from hotline.calendars import service as calendars
from hotline.calendars.rules import NeverOpens, Uncovered
from hotline.db import db
from hotline.deadlines import rules
from hotline.deadlines.models import Obligation
from hotline.deadlines.rules import ObligationsPolicy
from hotline.deadlines.service.running import Of
from hotline.errors import Missing
from hotline.notices import service as notices
from hotline.notices.rules import Kind
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event

OPEN_HOURS = "hotline"
"""The calendar by which people are reminded."""

Opens = Callable[[datetime], datetime]


def begin_obligations(
    of: Of, given: Mapping[str, Collection[str]], *, by_id: int | None, now: datetime
) -> list[Obligation]:
    """Let begin what an insured company owes that gave these answers; returns what is new.

    What began stays: nobody takes a duty back because an answer changed. A drill reminds nobody.
    """
    there = {one.code for one in _held(of.ticket_id)}
    codes = [one for one in rules.owed(given, _policy()) if one not in there]
    if not codes:
        return []
    opens = _opening()
    fresh = [_begun(of, code, opens, now=now) for code in codes]
    db.session.add_all(fresh)
    db.session.flush()
    _tell(Event.OBLIGATIONS_BEGAN, of, by_id=by_id, now=now, obligations=codes, num=len(codes))
    _note("obligations.began", of, by_id=by_id, now=now, codes=codes)
    return fresh


def tick(one: Obligation, of: Of, *, note: str = "", by_id: int, now: datetime) -> None:
    """It is done; ``note`` may say how. Raises Refused when it is ticked, Invalid for ``note``."""
    rules.check_open(one.done_at)
    one.note = rules.check_said(note)
    one.done_at, one.done_by_id, one.remind_at = now, by_id, None
    db.session.flush()
    _tell(
        Event.OBLIGATION_DONE, of, by_id=by_id, now=now, about=one,
        obligation=one.code, reason=one.note,
    )  # fmt: skip
    audit.write("obligation.done", obligation_subject(one.id), by_id=by_id, now=now)
    if all(other.done_at is not None for other in _held(of.ticket_id)):
        notices.withdraw(f"ticket:{of.number}", {Kind.OBLIGATION_OPEN})


def untick(one: Obligation, of: Of, *, note: str, by_id: int, now: datetime) -> None:
    """It was not done after all, for the reason ``note``. Raises Refused and Invalid."""
    reason = rules.check_untick(one.done_at, note)
    one.done_at = one.done_by_id = None
    one.note = ""
    one.remind_at = None if of.drill else _next(one, now, _opening())
    db.session.flush()
    _tell(
        Event.OBLIGATION_OPEN_AGAIN, of, by_id=by_id, now=now, about=one,
        obligation=one.code, reason=reason,
    )  # fmt: skip
    audit.write("obligation.open_again", obligation_subject(one.id), by_id=by_id, now=now)


def take_reminders(ticket_id: int, *, now: datetime) -> list[Obligation]:
    """What is open and to be remembered now; each is set to its next reminder, or to none."""
    due = [
        one
        for one in _held(ticket_id)
        if one.done_at is None and one.remind_at is not None and one.remind_at <= now
    ]
    if not due:
        return []
    opens = _opening()
    for one in due:
        one.remind_at = _next(one, now, opens)
    db.session.flush()
    return due


def remind_again(ticket_id: int, *, now: datetime) -> None:
    """The ticket goes on after its end: what is still open is remembered once more, from now on.

    A reminder that is still to come stays as it is.
    """
    past = [
        one
        for one in _held(ticket_id)
        if one.done_at is None and (one.remind_at is None or one.remind_at <= now)
    ]
    if not past:
        return
    opens = _opening()
    for one in past:
        one.remind_at = _next(one, now, opens, since=now)
    db.session.flush()


def carry_obligations(of: Of, to: Of, *, by_id: int, now: datetime) -> None:
    """The incident of ``of`` goes on as ``to``: what was owed is owed there, done is done."""
    there = {one.code: one for one in _held(to.ticket_id)}
    here = _held(of.ticket_id)
    for one in here:
        if one.code in there:
            _take_over(one, there[one.code])
    fresh = [one for one in here if one.code not in there]
    if not fresh:
        return
    opens, codes = _opening(), [one.code for one in fresh]
    db.session.add_all([_copy(one, to, opens, now=now) for one in fresh])
    db.session.flush()
    _tell(Event.OBLIGATIONS_BEGAN, to, by_id=by_id, now=now, obligations=codes, num=len(codes))
    _note("obligations.began", to, by_id=by_id, now=now, codes=codes)


def obligation(obligation_id: int, ticket_id: int) -> Obligation:
    """The duty with this id on this ticket, held until the transaction ends. Raises Missing."""
    found = db.session.get(Obligation, obligation_id, with_for_update=True)
    if found is None or found.ticket_id != ticket_id:
        raise Missing()
    return found


def obligation_subject(obligation_id: int) -> str:
    """How the trail and the story name a duty."""
    return f"obligation:{obligation_id}"


def _policy() -> ObligationsPolicy:
    return policy.get(ObligationsPolicy)


def _held(ticket_id: int) -> Sequence[Obligation]:
    query = select(Obligation).where(Obligation.ticket_id == ticket_id).order_by(Obligation.id)
    held = query.with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(held).all()


def _begun(of: Of, code: str, opens: Opens, *, now: datetime) -> Obligation:
    one = Obligation(ticket_id=of.ticket_id, code=code, since=now, note="")
    one.remind_at = None if of.drill else _next(one, now, opens)
    return one


def _copy(one: Obligation, to: Of, opens: Opens, *, now: datetime) -> Obligation:
    made = Obligation(
        ticket_id=to.ticket_id,
        code=one.code,
        since=one.since,
        done_at=one.done_at,
        done_by_id=one.done_by_id,
        note=one.note,
    )
    rests = one.done_at is not None or to.drill
    made.remind_at = None if rests else _next(one, now, opens)
    return made


def _take_over(one: Obligation, other: Obligation) -> None:
    """What was done for the one ticket is done for the other."""
    if one.done_at is not None and other.done_at is None:
        other.done_at, other.done_by_id, other.note = one.done_at, one.done_by_id, one.note
        other.remind_at = None


def _next(
    one: Obligation, now: datetime, opens: Opens, *, since: datetime | None = None
) -> datetime | None:
    """None for a duty that the configuration knows no more; counted from its begin on."""
    duty = _policy().by_code.get(one.code)
    return rules.next_reminder(duty, since or one.since, now=now, opens=opens) if duty else None


def _opening() -> Opens:
    """Moves a moment to when people are there; what the calendar does not know stays as it is."""
    calendar = calendars.current(OPEN_HOURS)

    def opens(at: datetime) -> datetime:
        try:
            return calendar.service_start(at).at
        except (Uncovered, NeverOpens):
            return at

    return opens


def _tell(
    event: Event,
    of: Of,
    *,
    by_id: int | None,
    now: datetime,
    about: Obligation | None = None,
    **facts: object,
) -> None:
    subject = obligation_subject(about.id) if about is not None else ""
    timeline.write(of.ticket_id, event, at=now, by_id=by_id, subject=subject, facts=facts)


def _note(action: str, of: Of, *, by_id: int | None, now: datetime, codes: Sequence[str]) -> None:
    audit.write(action, f"ticket:{of.number}", by_id=by_id, now=now, codes=list(codes))
