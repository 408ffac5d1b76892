"""Let a company's people into the portal, or shut them out."""

from flask.typing import ResponseReturnValue

from hotline.edge.access import allow
from hotline.web.members import accounts as member_accounts
from hotline.web.members.accounts import INVITERS
from hotline.web.members.finding import show_page
from hotline.web.members.frame import bp, found


@bp.post("/members/<number>/contacts/<int:contact_id>/invite")
@allow(INVITERS)
def invite(number: str, contact_id: int) -> ResponseReturnValue:
    """Invite a contact to the portal, with the address that is on file; as manager or not."""
    member = found(number)
    return member_accounts.act(
        member,
        lambda now: member_accounts.invite(member, contact_id, now),
        show_page,
        form="invite",
    )


@bp.post("/members/<number>/invitations/<int:invitation_id>/take-back")
@allow(INVITERS)
def take_back(number: str, invitation_id: int) -> ResponseReturnValue:
    """Make an invitation worthless."""
    member = found(number)
    return member_accounts.act(
        member,
        lambda now: member_accounts.take_back(member, invitation_id, now),
        show_page,
        form="take-back",
    )


@bp.post("/members/<number>/accounts/<int:person_id>/<any('manager', 'shut-out', 'let-in'):what>")
@allow(INVITERS)
def account(number: str, person_id: int, what: str) -> ResponseReturnValue:
    """Make somebody of the company manager or not, shut them out, or let them in again."""
    member, verb = found(number), member_accounts.VERBS[what]
    return member_accounts.act(
        member, lambda now: verb(member, person_id, now), show_page, form=what
    )
