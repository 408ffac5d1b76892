"""One colleague: name and phone, rights, and the way out."""

from collections.abc import Callable

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.errors import Missing
from hotline.members import queries as members
from hotline.members.rules import Sees
from hotline.people import queries
from hotline.people import service as people
from hotline.people.models import Person
from hotline.people.rules import Role
from hotline.tickets import service as tickets
from hotline.web.browsers import one
from hotline.web.company import frame, shown
from hotline.web.company.frame import bp
from hotline.web.sent import Sent


@bp.get("/people/<int:person_id>")
@allow(Role.MEMBER)
def colleague(person_id: int) -> ResponseReturnValue:
    """One account of the company."""
    found = _found(person_id)
    frame.note_read(account=found.id)
    return _page(person_id, Sent())


@bp.post("/people/<int:person_id>")
@allow(Role.MEMBER)
def describe(person_id: int) -> ResponseReturnValue:
    """Correct name and phone."""

    def correct(found: Person) -> str:
        now = clock.now()
        people.describe(found, one("name"), one("phone"), by=person(), now=now)
        return gettext("Saved.")

    return _act(person_id, "describe", correct)


@bp.post("/people/<int:person_id>/manager")
@allow(Role.MEMBER)
def set_manager(person_id: int) -> ResponseReturnValue:
    """Let somebody look after the accounts too, or no longer."""

    def decide(found: Person) -> str:
        manager = one("manager") == "yes"
        people.set_manager(found, manager, by=person(), now=clock.now())
        if manager:
            return gettext("%(name)s looks after the accounts now, too.", name=found.name)
        return gettext("%(name)s no longer looks after the accounts.", name=found.name)

    return _act(person_id, "manager", decide)


@bp.post("/people/<int:person_id>/seeing")
@allow(Role.MEMBER)
def name_seeing(person_id: int) -> ResponseReturnValue:
    """Name somebody to see all tickets of the company, or no longer."""

    def decide(found: Person) -> str:
        sees = one("sees") == "yes"
        people.name_seeing(found, sees, by=person(), now=clock.now())
        if sees:
            return gettext("%(name)s sees every ticket of the company now.", name=found.name)
        return gettext("%(name)s sees the own tickets only.", name=found.name)

    return _act(person_id, "seeing", decide)


@bp.post("/people/<int:person_id>/shut-out")
@allow(Role.MEMBER)
def shut_out(person_id: int) -> ResponseReturnValue:
    """Shut a colleague out at once; what they wrote stays."""

    def leave(found: Person) -> str:
        people.check_leaves(found, by=person())
        tickets.shut_out(found, by_id=person().id, now=clock.now())
        return gettext(
            "%(name)s is shut out: sessions, links and tokens are dead.", name=found.name
        )

    return _act(person_id, "shut-out", leave)


@bp.post("/people/<int:person_id>/let-in")
@allow(Role.MEMBER)
def let_in(person_id: int) -> ResponseReturnValue:
    """Let somebody sign in again whom a manager of the company shut out."""

    def enable(found: Person) -> str:
        people.let_in_again(found, by=person(), now=clock.now())
        return gettext("%(name)s can sign in again.", name=found.name)

    return _act(person_id, "let-in", enable)


def _act(person_id: int, form: str, verb: Callable[[Person], str]) -> ResponseReturnValue:
    def done() -> str:
        return verb(_found(person_id))

    def page(sent: Sent) -> str:
        return _page(person_id, sent)

    return frame.act(form, done, page, url_for(".colleague", person_id=person_id))


def _found(person_id: int) -> Person:
    found = queries.colleague(frame.number(), person_id)
    if found is None:
        raise Missing()
    return found


def _page(person_id: int, sent: Sent) -> str:
    found, member = _found(person_id), members.by_number(frame.number())
    sees = member.sees if member else Sees.MANAGERS
    return render_template(
        "company/colleague.html",
        row=shown.rows([found], sees)[0],
        oneself=found.id == person().id,
        shut_by_us=queries.is_shut_by_us(found),
        names_people=sees == Sees.NAMED,
        states=shown.STATES,
        sent=sent,
        now=clock.now(),
    )
