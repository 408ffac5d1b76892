"""Who of the company sees a ticket; those who look after its accounts let colleagues see it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.errors import N_, Forbidden, Invalid, Problem
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.people.rules import Role
from hotline.tickets import queries
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.queries import Way
from hotline.web import typed
from hotline.web.portal import frame
from hotline.web.portal.frame import bp

WHY = {
    Way.OWN: N_("this person's own call"),
    Way.FOLLOWER: N_("was let see it"),
    Way.COMPANY: N_("sees all tickets of the company"),
}


@frame.part
def shown(ticket: Ticket, viewer: Person, *, now: datetime) -> Mapping[str, Any]:
    """Everybody of the company who sees the page and why, and whom a manager may add."""
    readers = queries.readers(ticket)
    return {
        "readers": readers,
        "why": WHY,
        "others": _others(ticket, {one.person.id for one in readers}) if viewer.manager else [],
        "may_choose": viewer.manager,
    }


def _others(ticket: Ticket, reading: set[int]) -> list[Person]:
    """Colleagues who do not see it yet, by name."""
    colleagues = people.of_member(ticket.member_number) if ticket.member_number else []
    found = [one for one in colleagues if one.id not in reading and Role.MEMBER in one.roles]
    return sorted(found, key=lambda one: (one.name, one.id))


@bp.post("/tickets/<number>/followers")
@allow(Role.MEMBER)
def follow(number: str) -> ResponseReturnValue:
    """Let a colleague see this ticket."""

    def let(ticket: Ticket) -> str:
        _check_manager()
        colleague = _chosen(ticket, request.form.get("person", ""))
        tickets.follow(ticket, colleague, by_id=person().id, now=clock.now())
        return gettext("%(name)s sees this ticket from now on.", name=colleague.name)

    return frame.act(number, "follow", let, anchor="seeing")


@bp.post("/tickets/<number>/followers/remove")
@allow(Role.MEMBER)
def unfollow(number: str) -> ResponseReturnValue:
    """Do not let a colleague see it any more."""

    def end(ticket: Ticket) -> str:
        _check_manager()
        colleague = _chosen(ticket, request.form.get("person", ""))
        tickets.unfollow(ticket, colleague, by_id=person().id, now=clock.now())
        return gettext("%(name)s is not let see this ticket any more.", name=colleague.name)

    return frame.act(number, "unfollow", end, anchor="seeing")


def _check_manager() -> None:
    if not person().manager:
        raise Forbidden(N_("Who looks after the accounts of your company can do this."))


def _chosen(ticket: Ticket, text: str) -> Person:
    """A colleague of this ticket's company. Raises Invalid for everybody else, there or not."""
    wanted = typed.id_or_none(text)
    colleagues = people.of_member(ticket.member_number) if ticket.member_number else []
    found = next((one for one in colleagues if one.id == wanted), None)
    if found is None:
        raise Invalid({"person": Problem(N_("Choose one of your colleagues."))})
    return found
