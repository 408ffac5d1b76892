"""What managers do with the accounts of their own company, and the desk in their place.

Whoever asks has found the account as one of the company: see ``queries.colleague``.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from hotline.audit import service as audit
from hotline.db import db
from hotline.errors import N_, Invalid, Problem, Refused, Slowed
from hotline.people import queries, rules
from hotline.people.models import Invitation, Person
from hotline.people.rules import Account, Role, subject
from hotline.people.service import accounts, links
from hotline.sessions import service as sessions
from hotline.sessions.rules import Kind, Source

A_DAY = timedelta(days=1)
INVITED_A_DAY = 20
"""So many invitations of one company go out within a day: nobody sends mail to the world by us."""

IN_USE = N_("Somebody of your company has an account with this address already.")
SHUT_OUT = N_("This person is shut out. Open the account in the list to let the person in again.")
SHUT_BY_US = N_("We shut this account. Please call us: only we can open it again.")
ELSEWHERE = N_("An account elsewhere has this address. An administrator can look into it.")


@dataclass(frozen=True)
class Colleague:
    """Whom a company lets in; ``phone`` as it is written, or none."""

    email: str
    name: str
    phone: str | None = None
    manager: bool = False


def invite_colleague(
    company: str, given: Colleague, *, by_id: int | None, now: datetime
) -> Invitation:
    """Invite somebody on behalf of a manager of ``company``; a second time sends it again.

    The caller has the mail sent when there is a ``person_id``, at ``invitation_leaves_at``. There
    is none when an account elsewhere has the address: the answer is the same, so that nobody
    learns it. Raises Invalid, Slowed after three invitations of the company to the address within
    an hour, Refused after too many within a day, and for whom we shut out.
    """
    account = _checked(company, given)
    _count_of_the_day(company, now=now)
    _count_of_the_address(company, account, now=now)
    if (foreign := _elsewhere(company, account.email)) is None:
        _refuse_shut_by_us(queries.by_email(account.email))
        person = _open_again(account, by_id=by_id, now=now)
        return _noted(person, account, by_id=by_id, now=now)
    audit.write("invitation.not_sent", subject(foreign.id), by_id=by_id, now=now, company=company)
    return _noted(None, account, by_id=by_id, now=now)


def invite_contact(
    company: str, given: Colleague, *, by_id: int | None, now: datetime
) -> Invitation:
    """Invite somebody of ``company`` on behalf of the desk, which is told when nothing can be sent.

    Raises Invalid, and Slowed after three mails to the address within an hour.
    """
    account = _checked(company, given)
    if _elsewhere(company, account.email) is not None:
        raise Invalid({"email": Problem(ELSEWHERE)})
    _enable(account, by_id=by_id, now=now)
    person = accounts.invite(account, by_id=by_id, now=now)
    return _noted(person, account, by_id=by_id, now=now)


def invitation_leaves_at(invitation: Invitation, *, now: datetime) -> datetime:
    """When the mail of an invitation of a manager may leave: at once, or when others are an hour
    old. It counts as a mail to the address; where nobody gets one, none does.
    """
    if invitation.person_id is None:
        return now
    return links.mail_leaves_at(invitation.email_key, now=now)


def let_in_again(person: Person, *, by: Person, now: datetime) -> None:
    """Let a manager open an account again that a manager of the company shut. Raises Refused."""
    _refuse_shut_by_us(person)
    accounts.enable(person, by_id=by.id, now=now)


def invite_again(invitation: Invitation, *, by_id: int | None, now: datetime) -> Invitation:
    """Send an invitation once more, as ``invite_colleague`` does."""
    person = queries.by_id(invitation.person_id) if invitation.person_id else None
    given = Colleague(
        email=invitation.email,
        name=invitation.name,
        phone=person.phone if person else None,
        manager=invitation.manager,
    )
    return invite_colleague(invitation.member_number, given, by_id=by_id, now=now)


def take_back(invitation: Invitation, *, by_id: int | None, now: datetime) -> None:
    """Make an invitation that was not used yet worthless."""
    invitation.ended_at = now
    person = queries.by_id(invitation.person_id) if invitation.person_id else None
    if person is not None and _is_here(person, invitation.member_number):
        accounts.disable(person, by_id=by_id, now=now)
    audit.write(
        "invitation.taken_back",
        f"member:{invitation.member_number}",
        by_id=by_id,
        now=now,
        invitation=invitation.id,
    )


def set_manager(person: Person, manager: bool, *, by: Person, now: datetime) -> None:
    """Let somebody look after the company's accounts, or no longer; all sessions end.

    Raises Refused for oneself, and when nobody would be left.
    """
    check_leaves(person, by=by)
    if person.manager is manager:
        return
    person.manager = manager
    sessions.end_all(person.id)
    audit.write("person.manager_set", subject(person.id), by_id=by.id, now=now, manager=manager)


def name_seeing(person: Person, sees: bool, *, by: Person, now: datetime) -> None:
    """Name somebody to see all tickets of the company, where it names people; or no longer."""
    person.sees_company = sees
    audit.write("person.seeing_set", subject(person.id), by_id=by.id, now=now, sees=sees)


def describe(person: Person, name: str, phone: str, *, by: Person, now: datetime) -> None:
    """Correct name and phone of somebody. Raises Invalid, and Refused for oneself."""
    _check_not_oneself(person, by)
    given = Account(
        email=person.email,
        name=name,
        roles=frozenset({Role.MEMBER}),
        member_number=person.member_number,
        phone=phone or None,
        manager=person.manager,
    )
    accounts.set_account(person, given, by_id=by.id, now=now)


def check_leaves(person: Person, *, by: Person) -> None:
    """Refuse that somebody takes rights from themselves, or the last manager's from a company.

    The desk may do both: it can invite another one.
    """
    if by.member_number != person.member_number:
        return
    _check_not_oneself(person, by)
    # Two managers who shut each other out at the same moment come one after the other.
    sessions.one_at_a_time(Kind.INVITED, person.member_number or "")
    left = queries.managers(person.member_number or "")
    if [one.id for one in left] == [person.id]:
        raise Refused(N_("Nobody else looks after the accounts. Make somebody manager first."))


def _check_not_oneself(person: Person, by: Person) -> None:
    if person.id == by.id:
        raise Refused(
            N_("Your own account is changed by another manager of your company, or by us.")
        )


def _checked(company: str, given: Colleague) -> Account:
    """The account to be. Raises Invalid, also when somebody of the company uses the address."""
    account = rules.checked_account(
        Account(
            email=given.email,
            name=given.name,
            roles=frozenset({Role.MEMBER}),
            member_number=company,
            phone=given.phone or None,
            manager=given.manager,
        )
    )
    person = queries.by_email(account.email)
    if person is not None and person.member_number == company and person.password_hash:
        raise Invalid({"email": Problem(SHUT_OUT if person.disabled_at else IN_USE)})
    return account


def _elsewhere(company: str, email: str) -> Person | None:
    """Who has this address and does not belong to the company."""
    person = queries.by_email(email)
    return None if person is None or _is_here(person, company) else person


def _is_here(person: Person, company: str) -> bool:
    """Whether it is an account of the company and of nothing else, and was never used."""
    only_member = person.roles == {Role.MEMBER} and person.member_number == company
    return only_member and person.password_hash is None


def _open_again(account: Account, *, by_id: int | None, now: datetime) -> Person:
    _enable(account, by_id=by_id, now=now)
    return accounts.write_down(account, by_id=by_id, now=now)


def _enable(account: Account, *, by_id: int | None, now: datetime) -> None:
    person = queries.by_email(account.email)
    if person is not None and person.disabled_at is not None:  # It was taken back before.
        accounts.enable(person, by_id=by_id, now=now)


def _refuse_shut_by_us(person: Person | None) -> None:
    if person is not None and queries.is_shut_by_us(person):
        raise Refused(SHUT_BY_US)


def _noted(
    person: Person | None, account: Account, *, by_id: int | None, now: datetime
) -> Invitation:
    """The row of the invitation: one for each address of a company."""
    company, key = account.member_number or "", rules.email_key(account.email)
    query = select(Invitation).where(
        Invitation.member_number == company, Invitation.email_key == key
    )
    row = db.session.scalar(query) or Invitation(member_number=company, email_key=key)
    row.email, row.name, row.manager = account.email, account.name, account.manager
    row.person_id = person.id if person is not None else None
    row.sent_at, row.sent_by_id, row.ended_at = now, by_id, None
    db.session.add(row)
    db.session.flush()
    return row


def _count_of_the_day(company: str, *, now: datetime) -> None:
    sessions.one_at_a_time(Kind.INVITED, company)
    if sessions.count_since(Kind.INVITED, company, now - A_DAY) >= INVITED_A_DAY:
        sentence = N_(
            "%(most)s invitations of your company went out within a day. "
            "Please go on tomorrow, or call us."
        )
        raise Refused(sentence, most=INVITED_A_DAY)
    sessions.note(Kind.INVITED, company, Source(), now=now)


def _count_of_the_address(company: str, account: Account, *, now: datetime) -> None:
    """Count what this company asked alone: a sum with others would tell that they know somebody."""
    own = f"{company}\n{rules.email_key(account.email)}"
    if sessions.count_since(Kind.MAIL, own, now - rules.LINK_MAILS_WITHIN) >= rules.LINK_MAILS:
        raise Slowed(int(rules.LINK_MAILS_WITHIN.total_seconds()))
    sessions.note(Kind.MAIL, own, Source(), now=now)
