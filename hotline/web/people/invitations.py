"""The mail of an invitation, whoever invites; the worker makes its link when the mail leaves."""

from datetime import datetime

from hotline.edge.language import gettext
from hotline.notices import service as notices
from hotline.notices.rules import Kind
from hotline.people import service as people
from hotline.people.models import Invitation
from hotline.tickets import queries as tickets


def send(invitation: Invitation, *, leaves_at: datetime, now: datetime) -> str:
    """Have the mail sent, if anybody is to get it; the sentence for whoever invites.

    It is the same for an address that belongs elsewhere, where nothing is sent, and for one whose
    mail leaves later because it has had its mails of the hour.
    """
    if (who := invitation.person_id) is not None:
        subject = people.subject(who)
        notices.tell(subject, Kind.INVITE, person_id=who, due_at=leaves_at, facts={}, now=now)
    if waits(invitation):
        return gettext(
            "The invitation to %(email)s waits: the company's own mail is not safe at present.",
            email=invitation.email,
        )
    return gettext("The invitation goes out to %(email)s.", email=invitation.email)


def waits(invitation: Invitation) -> bool:
    """Whether no mail leaves for this address, because an attacker may read the company's mail."""
    return tickets.channels_unsafe(invitation.member_number, but_for=invitation.email)
