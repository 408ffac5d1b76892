"""Accounts: who is invited, what they may do, and when they are shut out."""

from datetime import datetime

from sqlalchemy import select

from hotline.audit import service as audit
from hotline.db import db
from hotline.errors import N_, Invalid, Problem, Refused, Slowed
from hotline.people import queries, rules
from hotline.people.models import Person, PersonRole
from hotline.people.rules import Account, Role, subject
from hotline.people.service.links import end_links, may_mail
from hotline.people.service.tokens import revoke_tokens
from hotline.sessions import service as sessions

THEMES = {"light": "light", "dark": "dark", "default": ""}
"""What can be chosen, and what the account keeps of it."""


def invite(given: Account, *, by_id: int | None, now: datetime) -> Person:
    """Write an account down, or take up again one whose invitation was never used.

    The caller sees to it that the invitation is sent (a notice to this person). Raises Invalid,
    Refused when the account is in use, Slowed after three mails within an hour.
    """
    given = rules.checked_account(given)
    person = queries.by_email(given.email)
    if person is not None and (person.password_hash is not None or person.disabled_at is not None):
        raise Invalid({"email": Problem(N_("There is an account with this address already."))})
    if not may_mail(rules.email_key(given.email), now=now):
        raise Slowed(int(rules.LINK_MAILS_WITHIN.total_seconds()))
    return write_down(given, by_id=by_id, now=now)


def write_down(given: Account, *, by_id: int | None, now: datetime) -> Person:
    """The account of somebody who never came, new or as it is given now; no mail is counted."""
    person = queries.by_email(given.email)
    if person is None:
        person = Person(email_key=rules.email_key(given.email), made_at=now, totp_step=0)
        db.session.add(person)
    _describe(person, given)
    db.session.flush()
    audit.write(
        "person.invited", subject(person.id), by_id=by_id, now=now, roles=sorted(given.roles)
    )
    return person


def set_account(person: Person, given: Account, *, by_id: int | None, now: datetime) -> None:
    """Change name, roles, company and phone; other rights end all sessions.

    Raises Invalid, and Refused when nobody would be left who can let people in.
    """
    given = rules.checked_account(given)
    before = _rights(person)
    if Role.ADMINISTRATOR not in given.roles:
        _keep_an_administrator(person)
    _describe(person, given)
    db.session.flush()
    if before != _rights(person):
        sessions.end_all(person.id)
    audit.write(
        "person.changed", subject(person.id), by_id=by_id, now=now, roles=sorted(given.roles)
    )


def set_locale(person: Person, locale: str, *, now: datetime) -> None:
    """Remember in which language the person reads. Raises Invalid."""
    if locale not in ("ja", "en"):
        raise Invalid({"locale": Problem(N_("Please choose Japanese or English."))})
    person.locale = locale
    audit.write("person.locale_set", subject(person.id), by_id=person.id, now=now, locale=locale)


def set_theme(person: Person, choice: str, *, now: datetime) -> None:
    """Remember "light", "dark" or "default", which is kept as none. Raises Invalid."""
    if choice not in THEMES:
        raise Invalid({"theme": Problem(N_("Please choose light, dark or as usual."))})
    person.theme = THEMES[choice]
    audit.write("person.theme_set", subject(person.id), by_id=person.id, now=now, theme=choice)


def disable(person: Person, *, by_id: int | None, now: datetime) -> None:
    """Shut the person out at once: sessions, links and tokens are dead. Raises Refused.

    Where a manager and somebody of us shut the same account, we did.
    """
    _keep_an_administrator(person)
    if person.disabled_at is None or not queries.is_colleague(person, by_id):
        person.disabled_by_id = by_id
    person.disabled_at = person.disabled_at or now
    sessions.end_all(person.id)
    end_links(person.id, now=now)
    revoke_tokens(person, by_id=by_id, now=now)
    audit.write("person.disabled", subject(person.id), by_id=by_id, now=now)


def enable(person: Person, *, by_id: int | None, now: datetime) -> None:
    """Let somebody who was disabled sign in again."""
    person.disabled_at = person.disabled_by_id = None
    audit.write("person.enabled", subject(person.id), by_id=by_id, now=now)


def state(person: Person) -> str:
    """``disabled``, ``invited`` (never chose a password) or ``active``."""
    if person.disabled_at is not None:
        return "disabled"
    return "active" if person.password_hash is not None else "invited"


def _rights(person: Person) -> tuple[object, ...]:
    return person.roles, person.member_number, person.vendor_code, person.manager


def _describe(person: Person, given: Account) -> None:
    if given.member_number != person.member_number:
        person.sees_company = False  # What one company allowed says nothing about another.
    person.email = given.email
    person.name = given.name
    person.manager = given.manager
    person.member_number = given.member_number
    person.vendor_code = given.vendor_code
    person.phone = given.phone
    kept = {row.role: row for row in person.role_rows}
    person.role_rows = [kept.get(role) or PersonRole(role=role) for role in sorted(given.roles)]


def _keep_an_administrator(person: Person) -> None:
    if Role.ADMINISTRATOR not in person.roles or person.disabled_at is not None:
        return
    if [other.id for other in queries.with_role(Role.ADMINISTRATOR)] == [person.id]:
        raise Refused(
            N_("This is the last administrator. Please make somebody else administrator first.")
        )


def hold(person_id: int) -> None:
    """Let what this person does at the same moment wait until this transaction ends."""
    db.session.scalar(select(Person.id).where(Person.id == person_id).with_for_update())
