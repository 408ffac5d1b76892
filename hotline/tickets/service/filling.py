"""Write down what the caller says, and how grave it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hotline import policy
from hotline.audit import service as audit
from hotline.db import db
from hotline.deadlines import service as deadlines
from hotline.errors import N_, Invalid, Problem, Refused
from hotline.people.models import Person
from hotline.people.rules import Role
from hotline.searchkeys import clean_name
from hotline.tickets import queries, rules
from hotline.tickets.models import Consent, HearingAnswer, Ticket, TicketCaseType
from hotline.tickets.queries import Kept
from hotline.tickets.rules import (
    CaseTypesPolicy,
    Choices,
    ConsentsPolicy,
    HearingPolicy,
    Intake,
    Judgement,
    Severity,
    Stale,
    Standing,
    Status,
)
from hotline.tickets.service.holding import (
    check_goes_on,
    clocks_of,
    company_of,
    hold,
    make_findable,
)
from hotline.tickets.service.member.obliging import owe
from hotline.tickets.service.member.status_codes import end_status
from hotline.tickets.service.rating import count_up, rate
from hotline.tickets.service.telling import tell_caller, tell_soon, ways_to
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event

PHONES = ("caller_phone", "callback_phone", "safe_phone")

ONE_SITTING = timedelta(minutes=10)
"""What one person goes on writing down within this is one line of the story."""


def choices() -> Choices:
    """What can be chosen at an intake, as it is configured."""
    return Choices(
        policy.get(CaseTypesPolicy), policy.get(HearingPolicy), policy.get(ConsentsPolicy)
    )


def fill_in(
    ticket: Ticket, intake: Intake, *, version: int, by: Person, now: datetime
) -> list[str]:
    """Save what is known now; returns the channels by which the caller is told, if any.

    ``version`` is the one that was read before typing. Raises Invalid with the names of the
    fields, and Stale when somebody saved something else meanwhile; the same form sent twice is
    saved once.
    """
    can = choices()
    intake = rules.check_intake(intake, can, now=now)
    hold(ticket)
    save = _begun(ticket, intake, by=by, now=now)
    if version != ticket.version:
        if rules.says_the_same(save.was, save.will):
            return []
        raise Stale()
    _write_down(save, can)
    return tell_caller(ticket, now=now, by_id=by.id)


def fill_in_typed(
    ticket: Ticket,
    intake: Intake,
    *,
    heard: Mapping[str, datetime],
    by: Person,
    now: datetime,
) -> None:
    """Save what is typed while it is typed; the caller is told when nobody types any more.

    For whoever holds the ticket and has looked at it since. ``heard``: question key to when its
    answer was said, ``now`` where it is missing. What is saved already changes nothing. Raises
    Invalid with the names of the fields; then nothing was changed.
    """
    can = choices()
    intake = rules.check_intake(intake, can, now=now)
    save = replace(_begun(ticket, intake, by=by, now=now), heard=heard)
    if rules.says_the_same(save.was, save.will):
        return
    before = ways_to(ticket)
    _write_down(save, can)
    tell_soon(ticket, before, now=now)


@dataclass(frozen=True)
class _Save:
    """One save: of which ticket, by whom and when, what stood there and what will stand there."""

    ticket: Ticket
    by: Person
    now: datetime
    kept: Kept
    was: Intake
    will: Intake
    heard: Mapping[str, datetime] = field(default_factory=dict)


def _begun(ticket: Ticket, intake: Intake, *, by: Person, now: datetime) -> _Save:
    if ticket.status == Status.DUPLICATE:
        raise Refused(N_("This incident goes on under another number. Write it down there."))
    kept = queries.kept(ticket.id)
    was = queries.as_intake(ticket, kept)
    return _Save(ticket, by, now, kept, was, _with_company(rules.merged(was, intake)))


def _write_down(save: _Save, can: Choices) -> None:
    ticket, by, now, will = save.ticket, save.by, save.now, save.will
    judged = _judged(ticket, save.was, will, can, by)
    _tell_the_story(ticket, save.was, will, by=by, now=now)
    _set_clocks(save, can.hearing)
    owe(ticket, save.was, will, by_id=by.id, now=now)
    _keep_answers(save)
    _keep_consents(ticket, save.kept, will, by=by, now=now)
    if _reaches_others(save.was, will):
        end_status(ticket.id, now=now)
    _keep_facts(ticket, will)
    if judged is not None:
        rate(ticket, judged, by_id=by.id, now=now)
    count_up(ticket, by_id=by.id, now=now)
    db.session.flush()


def _reaches_others(was: Intake, will: Intake) -> bool:
    """Whether a phone that could open the status is another one now, or is safe no more."""
    other = any(getattr(was, name) not in ("", getattr(will, name)) for name in PHONES)
    return other or (will.company_channels_unsafe and not was.company_channels_unsafe)


def _set_clocks(save: _Save, hearing: HearingPolicy) -> None:
    """The legal clocks run as the answers ask for it, from this very save on."""
    ticket = save.ticket
    heard = {key: row.answered_at for key, row in save.kept.answers.items()}
    still = {key: at for key, at in heard.items() if _is_unchanged(key, save)}
    was = rules.deadline_facts(save.was, hearing, ticket.received_at, heard)
    will = rules.deadline_facts(save.will, hearing, ticket.received_at, still)
    deadlines.set_by_answers(clocks_of(ticket), was, will, by_id=save.by.id, now=save.now)


def _is_unchanged(question: str, save: _Save) -> bool:
    return save.was.answers.get(question) == save.will.answers.get(question)


def assess(ticket: Ticket, severity: str, *, reason: str, by: Person, now: datetime) -> None:
    """Say how grave it is: raising is free, lowering needs a supervisor and a reason.

    Raises Invalid for ``severity`` or ``reason``, and Refused when the ticket has ended.
    """
    reason = _checked(severity, reason)
    hold(ticket)
    check_goes_on(ticket)
    was = queries.intake_of(ticket)
    will = replace(was, severity=severity, severity_reason=reason)
    try:
        judged = _judgement(ticket, was, will, choices(), by)
    except Invalid as invalid:
        raise Invalid(
            {"reason" if name == "severity_reason" else name: one
             for name, one in invalid.fields.items()}
        ) from None  # fmt: skip
    rate(ticket, judged, by_id=by.id, now=now)
    count_up(ticket, by_id=by.id, now=now)
    db.session.flush()


def _checked(severity: str, reason: str) -> str:
    problems: dict[str, Problem] = {}
    rules.check_severity(severity, problems)
    try:
        reason = clean_name(reason, rules.REASON_LETTERS)
    except Problem as problem:
        problems["reason"] = problem
    if problems:
        raise Invalid(problems)
    return reason


def _with_company(intake: Intake) -> Intake:
    """The company's name comes along with its number; what was typed stands."""
    if intake.company or not intake.member_number:
        return intake
    return replace(intake, company=company_of(intake.member_number))


def _judged(
    ticket: Ticket, was: Intake, will: Intake, can: Choices, by: Person
) -> Judgement | None:
    """How grave it is after this save; None while too little is known to judge."""
    known = ticket.assessed or rules.is_judged(will)
    return _judgement(ticket, was, will, can, by) if known else None


def _judgement(ticket: Ticket, was: Intake, will: Intake, can: Choices, by: Person) -> Judgement:
    before = Judgement(Severity(ticket.severity), ticket.severity_reason)
    standing = Standing(
        judged=before if ticket.assessed else None,
        proposed=rules.proposal(was, can).severity,
    )
    return rules.judge(
        standing,
        rules.proposal(will, can).severity,
        will.severity,
        will.severity_reason,
        may_lower=Role.SUPERVISOR in by.roles,
    )


def _tell_the_story(
    ticket: Ticket, was: Intake, will: Intake, *, by: Person, now: datetime
) -> None:
    """One line for what was written down, and one for new case types; the trail names fields."""
    changed = rules.changes(was, will)
    if not changed:
        return
    if not _same_sitting(ticket, by, now) and any(map(rules.is_a_fact, changed)):
        timeline.write(ticket.id, Event.FILLED, at=now, by_id=by.id)
    if "case_types" in changed:
        types = list(will.case_types)
        timeline.write(ticket.id, Event.TYPED, at=now, by_id=by.id, facts={"case_types": types})
    audit.write("ticket.filled", rules.subject(ticket.number), by_id=by.id, now=now, fields=changed)


def _same_sitting(ticket: Ticket, by: Person, now: datetime) -> bool:
    """Whether this person wrote the last facts down too, a moment ago."""
    if ticket.changed_at is None or ticket.changed_by_id != by.id:
        return False
    return now - ticket.changed_at < ONE_SITTING


def _keep_answers(save: _Save) -> None:
    kept, will = save.kept.answers, save.will.answers
    for question in set(kept) - set(will):
        db.session.delete(kept[question])
    for question, answer in will.items():
        row = kept.get(question) or HearingAnswer(ticket_id=save.ticket.id, question=question)
        if row.answer != list(answer):
            said_at = save.heard.get(question, save.now)
            row.answer, row.answered_at, row.answered_by_id = list(answer), said_at, save.by.id
            db.session.add(row)


def _keep_consents(ticket: Ticket, kept: Kept, will: Intake, *, by: Person, now: datetime) -> None:
    """A row for each recipient that was asked for; each change is a line of the story."""
    for recipient in set(kept.consents) - set(will.consents):
        db.session.delete(kept.consents[recipient])
        _tell_of_consent(ticket, recipient, "unasked", by=by, now=now)
    for recipient, given in will.consents.items():
        before = kept.consents.get(recipient)
        if before is not None and before.given == given:
            continue
        row = before or Consent(ticket_id=ticket.id, recipient=recipient)
        said = rules.said(before.given if before else None, given)
        row.given, row.said_at, row.asked_by_id = bool(given), now, by.id
        db.session.add(row)
        _tell_of_consent(ticket, recipient, said, by=by, now=now)


def _tell_of_consent(
    ticket: Ticket, recipient: str, answer: str, *, by: Person, now: datetime
) -> None:
    facts = {"recipient": recipient, "answer": answer}
    timeline.write(ticket.id, Event.CONSENTED, at=now, by_id=by.id, facts=facts)
    about = rules.subject(ticket.number)
    audit.write("ticket.consented", about, by_id=by.id, now=now, **facts)


def _keep_facts(ticket: Ticket, will: Intake) -> None:
    for name in rules.FACTS:
        setattr(ticket, name, getattr(will, name))
    ticket.member_number = will.member_number or None
    _keep_types(ticket, will.case_types)
    make_findable(ticket)


def _keep_types(ticket: Ticket, codes: Iterable[str]) -> None:
    """The same rows in their new order: each type is on a ticket once."""
    rows: Mapping[str, TicketCaseType] = {row.case_type: row for row in ticket.types}
    kept = [rows.get(code) or TicketCaseType(case_type=code) for code in codes]
    for position, row in enumerate(kept):
        row.position = position
    ticket.types = kept
