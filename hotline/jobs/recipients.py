"""Whom a notice goes to, decided when it is sent: accounts and duty change in between."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from hotline.db import db
from hotline.duty import queries as duty
from hotline.notices.models import Notice
from hotline.notices.rules import ALERT
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.people.rules import Role
from hotline.tickets.models import Ticket

OTHERWISE = {
    Role.COORDINATOR.value: (Role.COORDINATOR, Role.SUPERVISOR, Role.ADMINISTRATOR),
    Role.SUPERVISOR.value: (Role.SUPERVISOR, Role.COORDINATOR, Role.ADMINISTRATOR),
    Role.ADMINISTRATOR.value: (Role.ADMINISTRATOR, Role.SUPERVISOR, Role.COORDINATOR),
    ALERT: (Role.ADMINISTRATOR, Role.SUPERVISOR, Role.COORDINATOR),
}
"""Who is told for each audience when nobody is on duty: the first role that somebody holds."""


@dataclass(frozen=True)
class Address:
    """Where a message goes and in which language; ``person_id`` is None for a bare address."""

    mail: str
    language: str
    person_id: int | None


def of_person(person_id: int) -> Address | None:
    """The address of somebody who is active."""
    person = people.active(person_id)
    return None if person is None else _address(person)


def of_audience(notice: Notice, *, alert_mail: str, now: datetime) -> list[Address]:
    """Everybody to be told for the notice's audience, the first of them in the first place.

    Those on duty for the line come first, then everybody with the role, then the roles of
    OTHERWISE, then HOTLINE_ALERT_MAIL; empty when not even that is set.
    """
    trouble = [Address(alert_mail, "ja", None)] if alert_mail else []
    if notice.audience == ALERT and trouble:
        return trouble
    return [_address(person) for person in _people(notice, now=now)] or trouble


def _people(notice: Notice, *, now: datetime) -> list[Person]:
    line = _line(str(notice.facts.get("number", "")))
    if line and (on_duty := duty.on_duty(line, notice.audience, now)):
        return on_duty
    for role in OTHERWISE.get(notice.audience, ()):
        if found := people.with_role(role):
            return found
    return []


def _line(number: str) -> str | None:
    return db.session.scalar(select(Ticket.line).where(Ticket.number == number))


def _address(person: Person) -> Address:
    return Address(person.email, person.locale, person.id)
