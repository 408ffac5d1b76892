"""The accounts of a company at the desk: invite a contact, or shut somebody out."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import flash, g, make_response, redirect, url_for
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.audit import service as audit
from hotline.db import db
from hotline.edge import errors
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.errors import Invalid, Missing, Problem, Refused, Slowed
from hotline.members import service as members
from hotline.members.models import Contact, Member
from hotline.people import queries
from hotline.people import service as people
from hotline.people.models import Person
from hotline.people.rules import READERS, Role, email_key
from hotline.people.service import Colleague
from hotline.tickets import service as tickets
from hotline.web.browsers import one
from hotline.web.company import shown as company
from hotline.web.people import invitations
from hotline.web.sent import Sent

INVITERS = frozenset({Role.COORDINATOR, Role.SUPERVISOR, Role.ADMINISTRATOR})
"""They let people of a member company in, and shut them out."""

REFUSALS = {
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    Slowed: HTTPStatus.TOO_MANY_REQUESTS,
    Refused: HTTPStatus.CONFLICT,
}

Page = Callable[[Member, Sent], str]
Verb = Callable[[datetime], str]


def shown(member: Member, *, now: datetime) -> dict[str, Any]:
    """The company's accounts, its open invitations, and the contacts who have neither."""
    facts = company.of_company(member.number, now=now)
    known = {row.person.email_key for row in facts["rows"]}
    known |= {one.invitation.email_key for one in facts["waiting"] if not one.over}
    contacts = [one for one in member.contacts if one.email and email_key(one.email) not in known]
    return {
        **facts,
        "contacts": contacts,
        "sees_label": company.CHOICES[facts["sees"]][0],
        "may_invite": bool(person().roles & INVITERS),
    }


def invite(member: Member, contact_id: int, now: datetime) -> str:
    """Invite a contact with the name, address and phone that are on file."""
    contact = _contact(member, contact_id)
    phones = (phone.e164 for phone in member.phones if phone.contact_id == contact.id)
    given = Colleague(
        email=contact.email,
        name=contact.name,
        phone=next((phone for phone in phones if phone), None),
        manager=one("manager") == "yes",
    )
    made = people.invite_contact(member.number, given, by_id=g.person_id, now=now)
    return invitations.send(made, leaves_at=now, now=now)


def take_back(member: Member, invitation_id: int, now: datetime) -> str:
    """Make an invitation of the company worthless."""
    found = queries.invitation(member.number, invitation_id)
    if found is None:
        raise Missing()
    people.take_back(found, by_id=g.person_id, now=now)
    return gettext("The invitation of %(name)s is taken back; its link is dead.", name=found.name)


def set_manager(member: Member, person_id: int, now: datetime) -> str:
    """Let somebody look after the accounts of the company, or no longer."""
    found, manager = _account(member, person_id), one("manager") == "yes"
    people.set_manager(found, manager, by=person(), now=now)
    if manager:
        return gettext("%(name)s looks after the accounts now, too.", name=found.name)
    return gettext("%(name)s no longer looks after the accounts.", name=found.name)


def shut_out(member: Member, person_id: int, now: datetime) -> str:
    """Shut somebody of the company out at once."""
    found = _account(member, person_id)
    tickets.shut_out(found, by_id=g.person_id, now=now)
    return gettext("%(name)s is shut out: sessions, links and tokens are dead.", name=found.name)


def let_in(member: Member, person_id: int, now: datetime) -> str:
    """Let somebody of the company sign in again."""
    found = _account(member, person_id)
    people.enable(found, by_id=g.person_id, now=now)
    return gettext("%(name)s can sign in again.", name=found.name)


def act(member: Member, verb: Verb, page: Page, *, form: str) -> ResponseReturnValue:
    """Do something with an account and go back to the company's page, or say there why not.

    Administrators who do not read companies go to everybody's accounts instead.
    """
    reads, now = bool(person().roles & READERS), clock.now()
    try:
        done = verb(now)
        db.session.flush()
    except (Invalid, Slowed, Refused) as problem:
        if not reads:
            raise
        return _again(member, problem, page, form)
    flash(done)
    if not reads:
        return redirect(url_for("people.everybody"), code=303)
    return redirect(url_for("members.show", number=member.number, _anchor="accounts"), code=303)


def _again(member: Member, problem: Problem, page: Page, form: str) -> ResponseReturnValue:
    """The company's page with what is in the way; it is a read too."""
    sentences = errors.said(problem).values() if isinstance(problem, Invalid) else ()
    sent = Sent(form, refused=" ".join(sentences) or errors.say(problem))
    db.session.rollback()
    audit.write("read", members.subject(member.number), by_id=g.person_id, now=clock.now())
    return make_response(page(member, sent), REFUSALS[type(problem)])


def _contact(member: Member, contact_id: int) -> Contact:
    found = next((one for one in member.contacts if one.id == contact_id), None)
    if found is None or not found.email:
        raise Missing()
    return found


def _account(member: Member, person_id: int) -> Person:
    found = queries.colleague(member.number, person_id)
    if found is None:
        raise Missing()
    return found


VERBS: dict[str, Callable[[Member, int, datetime], str]] = {
    "manager": set_manager,
    "shut-out": shut_out,
    "let-in": let_in,
}
"""What the desk does with one account, by the last part of its address."""
