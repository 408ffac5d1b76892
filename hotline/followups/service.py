"""Make a promise, announce it, and end it in one of three ways."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select, update

from hotline import policy
from hotline.audit import service as audit
from hotline.calendars.rules import ServiceStart
from hotline.calendars.rules import reason as reason_of
from hotline.clock import TOKYO
from hotline.db import db
from hotline.duty import service as duty
from hotline.duty.models import Page
from hotline.errors import Invalid, Missing, Problem
from hotline.followups import queries, rules
from hotline.followups.models import Attempt, Followup
from hotline.followups.queries import TicketFacts
from hotline.followups.rules import EscalationPolicy, Status
from hotline.notices import service as notices
from hotline.notices.rules import Kind
from hotline.notices.service import Planned
from hotline.people.rules import Role
from hotline.searchkeys import clean_name, clean_text
from hotline.timeline import service as timeline
from hotline.timeline.rules import Audience, Event


def promise(  # noqa: PLR0913 - a promise is exactly these things
    ticket_id: int,
    number: str,
    start: ServiceStart,
    *,
    severity: str,
    drill: bool = False,
    by_id: int | None,
    now: datetime,
) -> Followup:
    """Promise the first call back for when service starts, and say why then.

    Together with the promise go the notices that will announce it and, should nobody take it up
    in time, tell the others; a drill is never late.
    """
    why = reason_of(start)
    followup = Followup(
        ticket_id=ticket_id,
        due_at=start.at,
        due_date=start.at.astimezone(TOKYO).date(),
        take_up_by=rules.take_up_by(start.at, severity, policy.get(EscalationPolicy)),
        in_hours=start.in_hours,
        reason_ja=why["ja"],
        reason_en=why["en"],
        status=Status.PENDING,
        made_at=now,
    )
    _save(followup, number, severity=None if drill else severity, now=now)
    timeline.write(
        ticket_id,
        Event.PROMISED,
        at=now,
        by_id=by_id,
        facts={"due_at": followup.due_at.isoformat()},
    )
    return followup


def announce(followup_id: int, *, now: datetime) -> None:
    """Note that the coordinator was told; a promise that is past that point stays as it is."""
    ticket_id = db.session.scalar(
        update(Followup)
        .where(Followup.id == followup_id, Followup.status == Status.PENDING)
        .values(status=Status.ANNOUNCED, announced_at=now)
        .returning(Followup.ticket_id)
    )
    if ticket_id is None:
        return
    timeline.write(ticket_id, Event.ANNOUNCED, at=now, by_id=None)
    audit.write("followup.announced", _subject(followup_id), by_id=None, now=now)


def take(followup: Followup, *, by_id: int, now: datetime) -> None:
    """Take the promise up: from now on it is this person's work, and not late any more."""
    _step(followup, Status.TAKEN)
    followup.taken_at, followup.taken_by_id = now, by_id
    db.session.flush()
    # Before its moment the announcement stays: it reminds people of what was taken at night.
    over = {Kind.PROMISE_LATE} if now < followup.due_at else {Kind.PROMISE_LATE, Kind.PROMISE_DUE}
    notices.withdraw(_subject(followup.id), over)
    _record(followup, Event.TAKEN, by_id=by_id, now=now)
    duty.take_pages_of(_ticket(followup).number, by_id=by_id, now=now)


def take_page(page_id: int, *, by_id: int, now: datetime) -> Page:
    """Who takes a page has the ticket: what is promised and nobody's work is theirs from now on.

    Raises Missing, Forbidden, or Refused when somebody else has the page.
    """
    page = duty.take_page(page_id, by_id=by_id, now=now)
    for followup in _locked(page.ticket_id, rules.UNTAKEN):
        take(followup, by_id=by_id, now=now)
    return page


def attempt(
    followup: Followup,
    outcome: str,
    *,
    with_whom: str = "",
    next_try_at: datetime | None = None,
    by_id: int,
    now: datetime,
) -> Attempt:
    """Write down one try to call back; who tries takes the promise up.

    ``outcome`` is a code of rules.Outcome; reaching the caller does not end the promise by
    itself. Who tried is reminded at ``next_try_at``. Raises Refused when the promise has ended,
    Invalid with the names of the fields.
    """
    rules.check_open(followup.status)
    return attempt_on(
        followup.ticket_id,
        followup,
        outcome,
        with_whom=with_whom,
        next_try_at=next_try_at,
        by_id=by_id,
        now=now,
    )


def attempt_on(  # noqa: PLR0913 - an attempt is exactly these things
    ticket_id: int,
    followup: Followup | None,
    outcome: str,
    *,
    with_whom: str = "",
    next_try_at: datetime | None = None,
    by_id: int,
    now: datetime,
) -> Attempt:
    """Write down one try to call; ``followup`` is what was owed, None when nothing was.

    Otherwise as ``attempt``.
    """
    with_whom = _whom(with_whom)
    rules.check_attempt(outcome, with_whom=with_whom, next_try_at=next_try_at, now=now)
    if followup is not None and followup.status in rules.UNTAKEN:
        take(followup, by_id=by_id, now=now)
    made = Attempt(
        ticket_id=ticket_id,
        followup_id=followup.id if followup is not None else None,
        at=now,
        by_id=by_id,
        outcome=outcome,
        with_whom=with_whom,
        next_try_at=next_try_at,
    )
    db.session.add(made)
    db.session.flush()
    number = queries.ticket_facts(ticket_id).number
    about = _subject(followup.id) if followup is not None else f"ticket:{number}"
    _remind(about, number, next_try_at, by_id=by_id, now=now)
    facts = {"with_whom": with_whom, "next_try_at": next_try_at.isoformat() if next_try_at else ""}
    timeline.write(ticket_id, Event(outcome), at=now, by_id=by_id, facts=facts)
    audit.write(f"followup.{Event(outcome)}", about, by_id=by_id, now=now)
    return made


def regrade(ticket_id: int, number: str, *, severity: str, now: datetime) -> None:
    """Another severity gives what is still owed another grace, and the notices other moments.

    Who was told already that a promise is late is not told again. A drill is never late.
    """
    drill = queries.ticket_facts(ticket_id).drill
    for followup in _locked(ticket_id, rules.OPEN):
        until = rules.take_up_by(followup.due_at, severity, policy.get(EscalationPolicy))
        if until == followup.take_up_by:
            continue
        followup.take_up_by = until
        db.session.flush()
        if drill or followup.status not in rules.UNTAKEN:
            continue
        notices.withdraw(_subject(followup.id), {Kind.PROMISE_LATE})
        told = queries.told_that_late(followup.id)
        late = _late(followup, number, severity, now=now)
        untold = [one for one in late if one.audience not in told]
        notices.tell_all(_subject(followup.id), untold, now=now)


def note_escalated(followup_id: int, audience: str, *, now: datetime) -> None:
    """Note in the story that these people were told that nobody took the promise up: once each."""
    followup = db.session.get(Followup, followup_id)
    if followup is None or queries.is_escalated(followup, audience):
        return
    facts = {"audience": audience, "promise": followup_id}
    timeline.write(followup.ticket_id, Event.ESCALATED, at=now, by_id=None, facts=facts)
    action, subject = f"followup.{Event.ESCALATED}", _subject(followup_id)
    audit.write(action, subject, by_id=None, now=now, audience=audience)


def keep(followup: Followup, *, by_id: int, now: datetime) -> None:
    """The call back was made."""
    _step(followup, Status.DONE)
    _end_with(followup, "", by_id=by_id, now=now)
    _record(followup, Event.KEPT, by_id=by_id, now=now)
    duty.take_pages_of(_ticket(followup).number, by_id=by_id, now=now)


def move(
    followup: Followup,
    number: str,
    *,
    due_at: datetime,
    reason: str,
    by_id: int,
    now: datetime,
) -> Followup:
    """Promise another time instead, with the reason; the new promise is returned.

    Raises Invalid for a time that has passed or a missing reason.
    """
    reason = _checked(reason, {"due_at": rules.check_new_time(due_at, now=now)})
    _step(followup, Status.MOVED)
    _end_with(followup, reason, by_id=by_id, now=now)
    following = Followup(
        ticket_id=followup.ticket_id,
        due_at=due_at,
        due_date=due_at.astimezone(TOKYO).date(),
        take_up_by=due_at + (followup.take_up_by - followup.due_at),
        in_hours=False,  # It is due when it was promised, not at once.
        reason_ja=reason,
        reason_en=reason,
        status=Status.PENDING,
        made_at=now,
    )
    ticket = _ticket(followup)
    _save(following, number, severity=None if ticket.drill else ticket.severity, now=now)
    _record(
        followup,
        Event.MOVED,
        by_id=by_id,
        now=now,
        facts={
            "reason": reason,
            "from_at": followup.due_at.isoformat(),
            "due_at": due_at.isoformat(),
        },
    )
    duty.take_pages_of(ticket.number, by_id=by_id, now=now)
    return following


def at_once(ticket_id: int, number: str, *, reason: str, by_id: int, now: datetime) -> Followup:
    """Owe the call now and not later, for this reason; where nothing was owed, it is owed now.

    Whoever had taken a promise up is asked again: what has become this urgent needs an answer.
    Raises Invalid when the reason is missing. The story is up to the caller.
    """
    reason = _checked(reason, {})
    for followup in _locked(ticket_id, rules.OPEN):
        _step(followup, Status.MOVED)
        _end_with(followup, reason, by_id=by_id, now=now)
        audit.write(f"followup.{Event.MOVED}", _subject(followup.id), by_id=by_id, now=now)
    ticket = queries.ticket_facts(ticket_id)
    following = Followup(
        ticket_id=ticket_id,
        due_at=now,
        due_date=now.astimezone(TOKYO).date(),
        take_up_by=rules.take_up_by(now, ticket.severity, policy.get(EscalationPolicy)),
        in_hours=True,  # Nobody waits for the desk to open.
        reason_ja=reason,
        reason_en=reason,
        status=Status.PENDING,
        made_at=now,
    )
    _save(following, number, severity=None if ticket.drill else ticket.severity, now=now)
    audit.write("followup.at_once", _subject(following.id), by_id=by_id, now=now)
    return following


def carry_over(
    followup: Followup, ticket_id: int, number: str, *, by_id: int, now: datetime
) -> Followup:
    """Promise the same call on another ticket, because the incident goes on there.

    Whose work it was, their work it stays. A reason that somebody typed stays where it was: the
    other ticket may be read by another company. Ending ``followup`` is up to the caller.
    """
    typed = followup.reason_ja == followup.reason_en
    return _again(followup, ticket_id, number, say_why=not typed, by_id=by_id, now=now)


def renew(followup: Followup, number: str, *, by_id: int, now: datetime) -> Followup:
    """Owe again, with its moment and its reason, what was called off; whose work it was, theirs."""
    return _again(followup, followup.ticket_id, number, say_why=True, by_id=by_id, now=now)


def call_off(
    followup: Followup,
    *,
    reason: str,
    by_id: int,
    now: datetime,
    audience: Audience | None = None,
) -> None:
    """Nothing is owed any more, for this reason, which ``audience`` may read; the member too when
    nothing else is said. Raises Invalid when the reason is missing."""
    reason = _checked(reason, {})
    _step(followup, Status.CALLED_OFF)
    _end_with(followup, reason, by_id=by_id, now=now)
    facts = {"reason": reason}
    timeline.write(
        followup.ticket_id, Event.CALLED_OFF, at=now, by_id=by_id, audience=audience, facts=facts
    )
    audit.write(f"followup.{Event.CALLED_OFF}", _subject(followup.id), by_id=by_id, now=now)
    duty.call_off_pages(_ticket(followup).number, by_id=by_id, now=now)


def get(followup_id: int) -> Followup:
    """The promise with this id, locked until the transaction ends. Raises Missing."""
    found = db.session.get(Followup, followup_id, with_for_update=True)
    if found is None:
        raise Missing()
    return found


def _again(
    followup: Followup, ticket_id: int, number: str, *, say_why: bool, by_id: int, now: datetime
) -> Followup:
    """The same promise once more, there or on another ticket; whose work it was, their work."""
    ticket = queries.ticket_facts(ticket_id)
    following = Followup(
        ticket_id=ticket_id,
        due_at=followup.due_at,
        due_date=followup.due_date,
        take_up_by=rules.take_up_by(followup.due_at, ticket.severity, policy.get(EscalationPolicy)),
        in_hours=followup.in_hours,
        reason_ja=followup.reason_ja if say_why else "",
        reason_en=followup.reason_en if say_why else "",
        status=Status.PENDING,
        made_at=now,
    )
    _save(following, number, severity=None if ticket.drill else ticket.severity, now=now)
    facts = {"due_at": following.due_at.isoformat()}
    _record(following, Event.PROMISED, by_id=by_id, now=now, facts=facts)
    if followup.taken_by_id is not None:
        take(following, by_id=followup.taken_by_id, now=now)
    return following


def _save(followup: Followup, number: str, *, severity: str | None, now: datetime) -> None:
    """Save it with everything that is to be told about it; without a severity it is never late."""
    db.session.add(followup)
    db.session.flush()  # The notices are about followup.id.
    facts = _facts(followup, number)
    due = Planned(Kind.PROMISE_DUE, followup.due_at, facts, audience=Role.COORDINATOR)
    late = _late(followup, number, severity, now=now) if severity else []
    notices.tell_all(_subject(followup.id), [due, *late], now=now)


def _late(followup: Followup, number: str, severity: str, *, now: datetime) -> list[Planned]:
    """Who is told, and when, should nobody take the promise up."""
    facts = _facts(followup, number)
    steps = rules.escalations(followup.take_up_by, severity, policy.get(EscalationPolicy), now=now)
    return [
        Planned(Kind.PROMISE_LATE, at, facts, audience=audience, channel=channel)
        for audience, channel, at in steps
    ]


def _facts(followup: Followup, number: str) -> dict[str, object]:
    return {"number": number, "due_at": followup.due_at.isoformat()}


def _remind(
    about: str, number: str, next_try_at: datetime | None, *, by_id: int, now: datetime
) -> None:
    """Whoever tried is told when to try again; an earlier plan is no plan any more."""
    notices.withdraw(about, {Kind.NEXT_TRY})
    if next_try_at is None:
        return
    notices.tell(
        about,
        Kind.NEXT_TRY,
        person_id=by_id,
        due_at=next_try_at,
        facts={"number": number, "due_at": next_try_at.isoformat()},
        now=now,
    )


def _whom(name: str) -> str:
    try:
        return clean_name(name, rules.NAME_LETTERS)
    except Problem as problem:
        raise Invalid({"with_whom": problem}) from problem


def _locked(ticket_id: int, statuses: Collection[Status]) -> list[Followup]:
    """The promises of a ticket that stand there, held until the transaction ends."""
    query = select(Followup).where(Followup.ticket_id == ticket_id, Followup.status.in_(statuses))
    query = query.order_by(Followup.id).with_for_update()
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def _ticket(followup: Followup) -> TicketFacts:
    return queries.ticket_facts(followup.ticket_id)


def _step(followup: Followup, wanted: Status) -> None:
    rules.check_move(followup.status, wanted)
    followup.status = wanted


def _end_with(followup: Followup, reason: str, *, by_id: int, now: datetime) -> None:
    followup.ended_at, followup.ended_by_id, followup.end_reason = now, by_id, reason
    notices.withdraw(_subject(followup.id))


def _checked(reason: str, problems: dict[str, Problem | None]) -> str:
    found = {name: problem for name, problem in problems.items() if problem is not None}
    try:
        reason = clean_text(reason, rules.REASON_LETTERS).strip()
        wrong = rules.check_reason(reason)
    except Problem as problem:
        wrong = problem
    if wrong is not None:
        found["reason"] = wrong
    if found:
        raise Invalid(found)
    return reason


def _record(
    followup: Followup,
    event: Event,
    *,
    by_id: int,
    now: datetime,
    facts: Mapping[str, object] | None = None,
) -> None:
    timeline.write(followup.ticket_id, event, at=now, by_id=by_id, facts=facts)
    audit.write(f"followup.{event}", _subject(followup.id), by_id=by_id, now=now)


def _subject(followup_id: int) -> str:
    return f"followup:{followup_id}"
