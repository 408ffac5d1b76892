"""Whom a notice goes to, decided when it is sent: accounts and duty change in between."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import force_locale
from sqlalchemy import select

from hotline import policy
from hotline.adapters.outgoing import DeliveryFailed
from hotline.db import db
from hotline.deadlines.rules import DeadlinesPolicy
from hotline.duty import queries as duty
from hotline.duty.rules import WATCHED, LinesPolicy
from hotline.edge.language import gettext
from hotline.edge.status_links import GOOD_FOR
from hotline.edge.words import ACCOUNT_CHANGES
from hotline.followups import queries as followups
from hotline.followups import rules as promises
from hotline.followups.models import Followup
from hotline.followups.rules import PromisePolicy
from hotline.notices.models import Notice
from hotline.notices.rules import (
    ALERT,
    LEAD,
    RESPONSIBLE,
    TEAM,
    Channel,
    Kind,
    local_day,
    local_time,
)
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.people.rules import Role
from hotline.tickets import queries as tickets_on_record
from hotline.tickets import rules as tickets
from hotline.tickets.models import Ticket

OTHERWISE = {
    Role.OPERATOR.value: (Role.OPERATOR, Role.SUPERVISOR, Role.COORDINATOR, Role.ADMINISTRATOR),
    Role.COORDINATOR.value: (Role.COORDINATOR, Role.SUPERVISOR, Role.ADMINISTRATOR),
    Role.SUPERVISOR.value: (Role.SUPERVISOR, Role.COORDINATOR, Role.ADMINISTRATOR),
    Role.ADMINISTRATOR.value: (Role.ADMINISTRATOR, Role.SUPERVISOR, Role.COORDINATOR),
    TEAM: (Role.COORDINATOR, Role.SUPERVISOR, Role.ADMINISTRATOR),
    LEAD: (Role.SUPERVISOR, Role.COORDINATOR, Role.ADMINISTRATOR),
    ALERT: (Role.ADMINISTRATOR, Role.SUPERVISOR, Role.COORDINATOR),
}
"""Who is told for each audience when nobody is on duty: the first role that somebody holds."""


@dataclass(frozen=True)
class Address:
    """Where a message goes and in which language; ``person_id`` is None for a bare address.

    ``phone`` is E.164, "" when there is none.
    """

    mail: str
    language: str
    person_id: int | None
    phone: str = ""


def of_person(person_id: int) -> Address | None:
    """The address of somebody who is active.

    Raises DeliveryFailed for somebody of a company whose own mail an attacker may read.
    """
    person = people.active(person_id)
    if person is None:
        return None
    number = person.member_number
    if number and tickets_on_record.channels_unsafe(number, but_for=person.email):
        raise DeliveryFailed("the company's own mail and phones are not safe", permanent=True)
    return address_of(person)


def of_audience(
    notice: Notice, ticket: Ticket | None, *, alert_mail: str, now: datetime
) -> list[Address]:
    """Everybody to be told for the notice's audience, the first of them in the first place.

    Those on duty for the line come first, then everybody with the role, then the roles of
    OTHERWISE, then HOTLINE_ALERT_MAIL; empty when not even that is set. Without a phone nobody
    is told by telephone.
    """
    if notice.channel != Channel.MAIL:
        asked = _people(notice.audience, ticket, now=now)
        return [address_of(person) for person in asked if person.phone]
    trouble = [Address(alert_mail, "ja", None)] if alert_mail else []
    if notice.audience == ALERT and trouble:
        return trouble
    return [address_of(one) for one in _people(notice.audience, ticket, now=now)] or trouble


def of_caller(notice: Notice) -> Address | None:
    """Where the caller is told by the notice's channel; None when there is no such way any more."""
    ticket = ticket_of(notice)
    if ticket is None or ticket.drill:
        return None
    contacts = tickets_on_record.contacts_of(ticket)
    to = tickets.reach(contacts, policy.get(tickets.ReachingPolicy)).get(notice.channel)
    if to is None:
        return None
    by_mail = notice.channel == Channel.MAIL
    return Address(to if by_mail else "", "ja", None, phone="" if by_mail else to)


def of_old_contact(notice: Notice) -> Address | None:
    """Where the caller was told until a contact was changed, by the notice's channel."""
    told = tickets_on_record.told_before(int(notice.facts["change"]))
    to = told.get(notice.channel, "")
    if not to:
        return None
    by_mail = notice.channel == Channel.MAIL
    return Address(to if by_mail else "", "ja", None, phone="" if by_mail else to)


def facts(notice: Notice, language: str, *, now: datetime) -> dict[str, object]:
    """What is only known when the notice is sent: the promise as it stands, how late it is."""
    found = FACTS.get(Kind(notice.kind))
    return found(notice, language, now) if found else {}


def shown_until(notice: Notice, *, now: datetime) -> tuple[str, datetime]:
    """The number of the notice's ticket, and until when its status may be looked at."""
    ticket = ticket_of(notice)
    promise = _promise(ticket) if ticket else None
    due_at = max(promise.due_at, now) if promise else now
    return str(notice.facts["number"]), due_at + GOOD_FOR


def _of_a_ticket(notice: Notice, language: str, _now: datetime) -> dict[str, object]:
    """The sentence of the promise, and the number to call."""
    ticket = ticket_of(notice)
    if ticket is None:
        return {}
    line = policy.get(LinesPolicy).line(ticket.line)
    return {"promise": _sentence(_promise(ticket), language), "line": line.displayed}


def _sentence(promise: Followup | None, language: str) -> str:
    if promise is None:
        return ""
    told = policy.get(PromisePolicy)
    return promises.sentence(
        promise.due_at, in_hours=promise.in_hours, language=language, policy=told
    )


def _promise(ticket: Ticket) -> Followup | None:
    """What is owed next on the ticket; None when nothing is."""
    owed = (one for one in followups.of_ticket(ticket.id) if one.status in promises.OPEN)
    return next(owed, None)


def _line_label(notice: Notice, language: str, _now: datetime) -> dict[str, object]:
    lines = policy.get(LinesPolicy)
    code = str(notice.facts.get("line", ""))
    return {"line": getattr(lines.line(code).short, language)} if code in lines.codes else {}


def _shift(notice: Notice, language: str, now: datetime) -> dict[str, object]:
    """The line of a shift, and from when until when it is."""
    starts, ends = (
        local_time(datetime.fromisoformat(str(notice.facts[name])), language)
        for name in ("starts_at", "ends_at")
    )
    return {**_line_label(notice, language, now), "starts": starts, "ends": ends}


def _gaps(notice: Notice, language: str, _now: datetime) -> dict[str, object]:
    """Every gap of each role, a line each; "-" for a role without one."""
    by_role: dict[str, list[str]] = {}
    for line, role, starts_at, ends_at in notice.facts["gaps"]:
        by_role.setdefault(role, []).append(_gap(line, starts_at, ends_at, language))
    listed = {str(role): "\n".join(by_role.get(role, ["-"])) for role in WATCHED}
    line, _, starts_at, ends_at = notice.facts["first"]
    return {**listed, "first": _gap(line, starts_at, ends_at, language)}


def _gap(line: str, starts_at: str, ends_at: str | None, language: str) -> str:
    """``JNX窓口：2026年11月4日（水）14:00〜2026年11月4日（水）18:00``; no end: beyond the week."""
    lines = policy.get(LinesPolicy)
    label = str(getattr(lines.line(line).short, language)) if line in lines.codes else line
    first, last = (
        local_time(datetime.fromisoformat(at), language) if at else ""
        for at in (starts_at, ends_at)
    )
    return f"{label}：{first}〜{last}" if language == "ja" else f"{label}: {first} - {last}"


DRILL = {"ja": "【訓練】", "en": "[DRILL] "}
"""Stands before everything that is told about an exercise."""


def _marked(notice: Notice, language: str, _now: datetime) -> dict[str, object]:
    ticket = ticket_of(notice)
    mark = DRILL.get(language, DRILL["ja"])
    return {"drill": mark if ticket is not None and ticket.drill else ""}


def _clock(notice: Notice, language: str, now: datetime) -> dict[str, object]:
    """What the clock is called, and its end: an instant, or the whole of its last day."""
    code, until = str(notice.facts["clock"]), str(notice.facts["until"])
    label = getattr(policy.get(DeadlinesPolicy).label(code), language, code)
    said = local_day(until, language) or local_time(datetime.fromisoformat(until), language)
    return {**_marked(notice, language, now), "clock": label, "until": said}


def _account_change(notice: Notice, language: str, _now: datetime) -> dict[str, object]:
    """What changed in somebody's account, and when."""
    with force_locale(language):
        what = gettext(ACCOUNT_CHANGES[str(notice.facts["change"])])
    return {"what": what, "at": local_time(notice.due_at, language)}


FACTS: dict[Kind, Callable[[Notice, str, datetime], dict[str, object]]] = {
    Kind.ACCOUNT_CHANGED: _account_change,
    Kind.RECEIVED: _of_a_ticket,
    Kind.ADVICE_SENT: _of_a_ticket,
    Kind.PAGE: _line_label,
    Kind.PAGE_UNANSWERED: _line_label,
    Kind.DUTY_GAP: _gaps,
    Kind.SWAP_ASKED: _shift,
    Kind.SWAP_AGREED: _shift,
    Kind.SWAP_DECLINED: _shift,
    Kind.SHIFT_GIVEN: _shift,
    Kind.SHIFT_TAKEN: _shift,
    Kind.OFFER: _marked,
    Kind.OFFER_ACCEPTED: _marked,
    Kind.OFFER_DECLINED: _marked,
    Kind.OFFER_SILENT: _marked,
    Kind.OFFER_LOST: _marked,
    Kind.NOBODY_LEFT: _marked,
    Kind.TASK_DELIVERED: _marked,
    Kind.TASK_RETURNED: _marked,
    Kind.TASK_CHECKED: _marked,
    Kind.TASK_LATE: _marked,
    Kind.APPROVAL_ASKED: _of_a_ticket,
    Kind.STATUS_CODE: _of_a_ticket,
    Kind.APPROVAL_ANSWERED: _marked,
    Kind.APPROVAL_WITHDRAWN: _marked,
    Kind.ESTIMATE_ANSWERED: _marked,
    Kind.CLOCK_NEAR: _clock,
    Kind.CLOCK_PASSED: _clock,
    Kind.OBLIGATION_OPEN: _of_a_ticket,
    Kind.WEB_INTAKE: _line_label,
    Kind.RELEASED: _marked,
    Kind.DESK_WROTE: _marked,
    Kind.PARTNER_WROTE: _marked,
    Kind.UPLOAD_LINK: _of_a_ticket,
    Kind.FILE_RECEIVED: _marked,
    Kind.FILE_INFECTED: _marked,
    Kind.FILE_UNSCANNED: _marked,
    Kind.MEMBER_WROTE: _marked,
    Kind.CONTACT_GIVEN: _marked,
    Kind.DESK_WROTE_MEMBER: _of_a_ticket,
    Kind.NEED_ASKED: _of_a_ticket,
    Kind.CONTACT_CHANGED: _of_a_ticket,
}


def _people(audience: str, ticket: Ticket | None, *, now: datetime) -> list[Person]:
    if audience == RESPONSIBLE:
        audience = Role.COORDINATOR
        if (someone := _responsible(ticket)) is not None:
            return [someone]
    if ticket and (on_duty := duty.on_duty(ticket.line, audience, now)):
        return on_duty
    for role in OTHERWISE.get(audience, ()):
        if found := people.with_role(role):
            return found
    return []


def _responsible(ticket: Ticket | None) -> Person | None:
    if ticket is None or ticket.coordinator_id is None:
        return None
    return people.active(ticket.coordinator_id)


def ticket_of(notice: Notice) -> Ticket | None:
    """The ticket that the notice names."""
    number = str(notice.facts.get("number", ""))
    return db.session.scalar(select(Ticket).where(Ticket.number == number))


def tickets_of(told: Sequence[Notice]) -> dict[str, Ticket]:
    """The tickets that these notices name, by number."""
    numbers = {str(notice.facts.get("number", "")) for notice in told}
    found = db.session.scalars(select(Ticket).where(Ticket.number.in_(numbers)))
    return {ticket.number: ticket for ticket in found}


def address_of(person: Person) -> Address:
    """Where somebody with an account is told."""
    return Address(person.email, person.locale, person.id, phone=person.phone or "")
