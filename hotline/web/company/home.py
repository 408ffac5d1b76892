"""The accounts of a company, its invitations, and who sees all its tickets."""

from datetime import datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from hotline import clock, policy
from hotline.duty.rules import LinesPolicy
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.errors import Missing
from hotline.members import queries as members
from hotline.members import service as companies
from hotline.people import queries
from hotline.people import service as people
from hotline.people.models import Invitation
from hotline.people.rules import Role
from hotline.people.service import Colleague
from hotline.web.browsers import one
from hotline.web.company import frame, shown
from hotline.web.company.frame import bp
from hotline.web.people import invitations
from hotline.web.sent import Sent


@bp.get("")
@allow(Role.MEMBER)
def show() -> ResponseReturnValue:
    """Everybody of the company with an account, and who was invited."""
    frame.note_read()
    return _page(Sent())


@bp.post("/invitations")
@allow(Role.MEMBER)
def invite() -> ResponseReturnValue:
    """Invite a colleague, as manager or not."""

    def send() -> str:
        now = clock.now()
        given = Colleague(one("email"), one("name"), one("phone"), one("manager") == "yes")
        made = people.invite_colleague(frame.number(), given, by_id=person().id, now=now)
        return _send(made, now)

    return frame.act("invite", send, _page, url_for(".show"))


@bp.post("/invitations/<int:invitation_id>/again")
@allow(Role.MEMBER)
def invite_again(invitation_id: int) -> ResponseReturnValue:
    """Send an invitation once more; the former link is dead."""

    def send() -> str:
        now = clock.now()
        made = people.invite_again(_invitation(invitation_id), by_id=person().id, now=now)
        return _send(made, now)

    return frame.act("again", send, _page, url_for(".show"))


def _send(made: Invitation, now: datetime) -> str:
    return invitations.send(made, leaves_at=people.invitation_leaves_at(made, now=now), now=now)


@bp.post("/invitations/<int:invitation_id>/take-back")
@allow(Role.MEMBER)
def take_back(invitation_id: int) -> ResponseReturnValue:
    """Make an invitation worthless."""
    found = _invitation(invitation_id)
    people.take_back(found, by_id=person().id, now=clock.now())
    flash(gettext("The invitation of %(name)s is taken back; its link is dead.", name=found.name))
    return redirect(url_for(".show"), code=303)


@bp.post("/seeing")
@allow(Role.MEMBER)
def set_seeing() -> ResponseReturnValue:
    """Choose who of the company sees all its tickets."""

    def choose() -> str:
        member = members.by_number(frame.number())
        if member is None:
            raise Missing()
        companies.set_sees(member, one("sees"), by_id=person().id, now=clock.now())
        return gettext("Saved. It holds from now on.")

    return frame.act("seeing", choose, _page, url_for(".show"))


def _invitation(invitation_id: int) -> Invitation:
    found = queries.invitation(frame.number(), invitation_id)
    if found is None:
        raise Missing()
    return found


def _page(sent: Sent) -> str:
    number, now = frame.number(), clock.now()
    return render_template(
        "company/show.html",
        company=members.names([number]).get(number, number),
        lines=policy.get(LinesPolicy).lines,
        sent=sent,
        now=now,
        **shown.of_company(number, now=now),
    )
