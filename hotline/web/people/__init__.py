"""Everybody's accounts, for administrators; no case text here."""

import unicodedata
from collections.abc import Iterable
from datetime import datetime

from flask import Blueprint, flash, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.utils import redirect

from hotline import clock
from hotline.edge.access import allow
from hotline.edge.errors import said
from hotline.edge.words import ROLES
from hotline.errors import N_, Invalid, Missing, Problem, Refused
from hotline.members import queries as members
from hotline.notices import service as notices
from hotline.notices.rules import Kind
from hotline.people import queries, rules
from hotline.people import service as people
from hotline.people.models import Person
from hotline.people.rules import Account, Role
from hotline.tickets import service as tickets
from hotline.vendors import queries as vendors
from hotline.vendors import service as partners
from hotline.web.browsers import one
from hotline.web.people import owners

bp = Blueprint("people", __name__)

STATES = {
    "active": N_("Active"),
    "invited": N_("Invited"),
    "disabled": N_("Disabled"),
}


@bp.get("/people")
@allow(Role.ADMINISTRATOR)
def everybody() -> ResponseReturnValue:
    """All accounts, and a form to invite somebody."""
    return _list_page({})


@bp.post("/people")
@allow(Role.ADMINISTRATOR)
def invite() -> ResponseReturnValue:
    """Write an account down; the worker mails the invitation."""
    now = clock.now()
    try:
        person = _invited(_account(one("email")), now)
    except Invalid as problem:
        return _list_page(said(problem)), 422
    return redirect(url_for(".show", person_id=person.id))


@bp.post("/people/<int:person_id>/invite")
@allow(Role.ADMINISTRATOR)
def invite_again(person_id: int) -> ResponseReturnValue:
    """Mail a fresh invitation to somebody who did not use the former one."""
    person = _found(person_id)
    if people.state(person) != "invited":
        raise Refused(N_("This account is in use already, or shut out."))
    _invited(_as_it_is(person), clock.now())
    return redirect(url_for(".show", person_id=person_id))


def _invited(given: Account, now: datetime) -> Person:
    person = people.invite(given, by_id=g.person_id, now=now)
    notices.tell(
        people.subject(person.id),
        Kind.INVITE,
        person_id=person.id,
        due_at=now,
        facts={},
        now=now,
    )
    flash(gettext("The invitation goes out to %(email)s.", email=person.email))
    return person


@bp.get("/people/<int:person_id>")
@allow(Role.ADMINISTRATOR)
def show(person_id: int) -> ResponseReturnValue:
    """One account: roles, company, phone, and what can be done with it."""
    return _person_page(_found(person_id), {})


@bp.post("/people/<int:person_id>")
@allow(Role.ADMINISTRATOR)
def change(person_id: int) -> ResponseReturnValue:
    """Save name, roles, company and phone; other roles sign the person out."""
    person = _found(person_id)
    try:
        people.set_account(person, _account(person.email), by_id=g.person_id, now=clock.now())
    except Invalid as problem:
        return _person_page(person, said(problem)), 422
    flash(gettext("Saved."))
    return redirect(url_for(".show", person_id=person_id))


@bp.post("/people/<int:person_id>/disable")
@allow(Role.ADMINISTRATOR)
def disable(person_id: int) -> ResponseReturnValue:
    """Shut somebody out at once."""
    person = _found(person_id)
    tickets.shut_out(person, by_id=g.person_id, now=clock.now())
    flash(gettext("%(name)s is shut out: sessions, links and tokens are dead.", name=person.name))
    return redirect(url_for(".show", person_id=person_id))


@bp.post("/people/<int:person_id>/enable")
@allow(Role.ADMINISTRATOR)
def enable(person_id: int) -> ResponseReturnValue:
    """Let somebody in again."""
    person = _found(person_id)
    people.enable(person, by_id=g.person_id, now=clock.now())
    flash(gettext("%(name)s can sign in again.", name=person.name))
    return redirect(url_for(".show", person_id=person_id))


@bp.post("/people/<int:person_id>/forget-second-factor")
@allow(Role.ADMINISTRATOR)
def forget_second_factor(person_id: int) -> ResponseReturnValue:
    """The device is lost: the next sign-in sets up a new one."""
    person = _found(person_id)
    people.forget_second_factor(person, by_id=g.person_id, now=clock.now())
    owners.tell(person, "factors_forgotten")
    flash(gettext("The next sign-in of %(name)s sets up a new app.", name=person.name))
    return redirect(url_for(".show", person_id=person_id))


@bp.post("/people/<int:person_id>/tokens/<int:token_id>/revoke")
@allow(Role.ADMINISTRATOR)
def revoke_token(person_id: int, token_id: int) -> ResponseReturnValue:
    """Make one API token of somebody worthless."""
    person = _found(person_id)
    people.revoke_own_token(person, token_id, by_id=g.person_id, now=clock.now())
    owners.tell(person, "token_revoked")
    flash(gettext("The token is revoked."))
    return redirect(url_for(".show", person_id=person_id))


def _found(person_id: int) -> Person:
    found = queries.by_id(person_id)
    if found is None:
        raise Missing()
    return found


def _account(email: str) -> Account:
    known = [role for role in Role if role in request.form.getlist("roles")]
    given = Account(
        email=email,
        name=one("name"),
        roles=frozenset(known),
        member_number=_member_number(),
        vendor_code=one("vendor_code") or None,
        phone=one("phone") or None,
        manager=one("manager") == "yes",
    )
    partners.check_account(given)
    return given


def _as_it_is(person: Person) -> Account:
    return Account(
        email=person.email,
        name=person.name,
        roles=frozenset(Role(role) for role in person.roles),
        member_number=person.member_number,
        vendor_code=person.vendor_code,
        phone=person.phone,
        manager=person.manager,
    )


def _member_number() -> str | None:
    """The number of a company that is on file, or none. Raises Invalid for any other."""
    number = one("member_number") or None
    if number is not None and number not in members.names([number]):
        sentence = N_("There is no company with this number. Enter or import the company first.")
        raise Invalid({"member_number": Problem(sentence)})
    return number


def _list_page(errors: dict[str, str]) -> str:
    everybody = queries.everybody()
    shown = list(_filtered(everybody))
    return render_template(
        "people/everybody.html",
        errors=errors,
        everybody=shown,
        total=len(everybody),
        filters=request.args,
        companies=members.names([person.member_number for person in shown]),
        partners=vendors.names_of_codes([person.vendor_code for person in shown]),
        signed_in=queries.last_sign_ins([person.id for person in shown]),
        state_of=people.state,
        with_factor=queries.with_second_factor([person.id for person in shown]),
        states=STATES,
        staff=rules.STAFF,
        role_labels=ROLES,
        now=clock.now(),
        given=request.form,
        chosen=request.form.getlist("roles"),
        is_manager=one("manager") == "yes",
    )


def _filtered(everybody: Iterable[Person]) -> Iterable[Person]:
    """Those with the role and state in the address, whose name, mail or company has its text."""
    role, state = (request.args.get(name, "") for name in ("role", "state"))
    wanted = _folded(request.args.get("q", ""))
    for person in everybody:
        texts = (person.name, person.email, person.member_number or "", person.vendor_code or "")
        if (
            (not role or role in person.roles)
            and (not state or people.state(person) == state)
            and wanted in _folded(" ".join(texts))
        ):
            yield person


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text[:1000]).casefold().split())


def _person_page(person: Person, errors: dict[str, str]) -> str:
    return render_template(
        "people/show.html",
        errors=errors,
        subject=person,
        state=people.state(person),
        company=members.names([person.member_number]).get(person.member_number or ""),
        partner=vendors.names_of_codes([person.vendor_code]).get(person.vendor_code or ""),
        signed_in=queries.last_sign_ins([person.id]).get(person.id),
        passkeys=queries.passkeys_of(person.id),
        codes_left=queries.recovery_codes_left(person.id),
        tokens=queries.tokens_of(person.id, now=clock.now()),
        now=clock.now(),
        states=STATES,
        role_labels=ROLES,
        given=request.form if errors else person,
        chosen=request.form.getlist("roles") if errors else person.roles,
        is_manager=one("manager") == "yes" if errors else person.manager,
    )
