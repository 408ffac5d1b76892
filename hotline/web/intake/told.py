"""How the caller is told the number and the promise, in a sentence for the operator."""

from collections.abc import Sequence

from flask import flash

from hotline import clock
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.errors import N_
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket

CHANNELS = {
    "sms": N_("The number and the promised time go to the caller by text message."),
    "mail": N_("The number and the promised time go to the caller by e-mail."),
}

NOT_TOLD = N_(
    "The caller is not sent anything: no mobile phone and no safe e-mail is known. "
    "Please read out the number and the promise."
)


def tell(ticket: Ticket) -> list[str]:
    """Tell the caller now; sentences for the operator, who may have to read it out."""
    if ticket.drill:
        return []
    channels = tickets.tell_caller(ticket, now=clock.now(), by_id=person().id)
    known = channels or tickets.told_by(ticket)
    return [gettext(CHANNELS[one]) for one in channels] or ([] if known else [gettext(NOT_TOLD)])


def say_how(channels: Sequence[str]) -> None:
    for channel in channels:
        flash(gettext(CHANNELS[channel]))
    if not channels:
        flash(gettext(NOT_TOLD))
