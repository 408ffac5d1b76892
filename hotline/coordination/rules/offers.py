"""Where an offer stands, how it may be answered, and who of a partner is told of it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from hotline.errors import N_, Problem, Refused
from hotline.notices.rules import Channel


class OfferStatus(StrEnum):
    """Where an offer stands."""

    QUEUED = "queued"
    """Asked when those before it said no or nothing."""
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    """Nobody answered in time, or somebody else was quicker."""
    WITHDRAWN = "withdrawn"


LIVE = frozenset({OfferStatus.QUEUED, OfferStatus.OFFERED})
"""These can still be answered, now or later."""

STANDING = LIVE | {OfferStatus.ACCEPTED}
"""Something can still come of these."""

NEXT_OF_OFFER: Mapping[OfferStatus, frozenset[OfferStatus]] = {
    OfferStatus.QUEUED: frozenset({OfferStatus.OFFERED, OfferStatus.WITHDRAWN}),
    OfferStatus.OFFERED: frozenset(
        {
            OfferStatus.ACCEPTED,
            OfferStatus.DECLINED,
            OfferStatus.EXPIRED,
            OfferStatus.WITHDRAWN,
        }
    ),
    # The partner was released, or the estimate of another one was chosen.
    OfferStatus.ACCEPTED: frozenset({OfferStatus.WITHDRAWN}),
    OfferStatus.DECLINED: frozenset(),
    OfferStatus.EXPIRED: frozenset(),
    OfferStatus.WITHDRAWN: frozenset(),
}
"""Every step of an offer; who said no once is asked anew with another offer."""


class Answered(StrEnum):
    """By which way an answer came."""

    LINK = "link"
    KEY = "key"
    PORTAL = "portal"
    DESK = "desk"
    """A coordinator heard it from the partner."""
    PROGRAM = "program"


class Standing(StrEnum):
    """What a partner is to a task, which decides what it sees of it."""

    OFFERED = "offered"
    """It was asked and has not answered: the brief alone."""
    QUOTING = "quoting"
    """It makes an estimate: the brief, what was released to it, and the thread."""
    ENGAGED = "engaged"


TEXT_LETTERS = 500
FURTHEST_REPLY = timedelta(days=365 * 100)
"""Beyond this a time to answer is a slip of the pen."""

TOO_LATE = N_("The time to answer is over. Thank you for looking at it.")
SOMEBODY_ELSE = N_("Somebody else has taken this on already. Thank you for answering.")
TAKEN_BACK = N_("This request was taken back. Thank you for answering.")
ASKED_ALREADY = N_("This partner was asked already, and may still answer.")
NOT_ASKED = N_("This partner was not asked yet.")
SAID_NO = N_("This was declined already. Please call us if that has changed.")
SAID_YES = N_("This was accepted already. Please call us if that has changed.")

_OVER: Mapping[OfferStatus, str] = {
    OfferStatus.QUEUED: NOT_ASKED,
    OfferStatus.EXPIRED: TOO_LATE,
    OfferStatus.WITHDRAWN: TAKEN_BACK,
    OfferStatus.DECLINED: SAID_NO,
    OfferStatus.ACCEPTED: SAID_YES,
}


@dataclass(frozen=True)
class Asked:
    """What an answer depends on: where the offer stands, its time, and who was quicker."""

    status: str
    reply_by: datetime | None
    # Another partner is engaged for the task.
    taken: bool = False


def is_repeated(asked: Asked, answer: OfferStatus, *, now: datetime) -> bool:
    """Whether the same answer was given before: it is the same answer, and nothing new.

    Raises Refused, with a kind sentence, when it cannot be answered so any more. The time to
    answer is half-open: at ``reply_by`` itself it is over.
    """
    status = OfferStatus(asked.status)
    if status == answer:
        return True
    if status is OfferStatus.EXPIRED and asked.taken:
        raise Refused(SOMEBODY_ELSE)
    if status is not OfferStatus.OFFERED:
        raise Refused(_OVER[status])
    if asked.reply_by is not None and now >= asked.reply_by:
        raise Refused(TOO_LATE)
    return False


def check_step(current: str, wanted: OfferStatus) -> None:
    """Refuse a step that no offer makes, with a kind sentence."""
    if wanted not in NEXT_OF_OFFER[OfferStatus(current)]:
        raise Refused(_OVER.get(OfferStatus(current), ASKED_ALREADY))


def check_withdrawable(status: str) -> None:
    """Refuse to take back what was answered; an engagement ends by releasing the partner."""
    if status not in LIVE:
        raise Refused(N_("This was answered or is over: there is nothing to take back."))


def check_choosable(status: str, engaged_at: datetime | None) -> None:
    """Refuse to choose an estimate that nobody promised, or that was chosen already."""
    if status != OfferStatus.ACCEPTED or engaged_at is not None:
        raise Refused(N_("Only a partner that agreed to make an estimate can be chosen."))


def check_reply_by(reply_by: datetime, *, now: datetime) -> None:
    """Raises Problem for a time to answer that is over, or too far away."""
    if reply_by <= now:
        raise Problem(N_("The time to answer must lie ahead."))
    if reply_by > now + FURTHEST_REPLY:
        raise Problem(N_("This time is too far away."))


def full_minute(at: datetime) -> datetime:
    """The next full minute, ``at`` itself when it is one: nobody reads seconds."""
    cut = at.replace(second=0, microsecond=0)
    return at if cut == at else cut + timedelta(minutes=1)


class Reachable(Protocol):
    """Somebody of a partner who may be told of an offer."""

    @property
    def id(self) -> int:
        """Who it is."""

    @property
    def phone(self) -> str:
        """In E.164, "" without one."""

    @property
    def email(self) -> str:
        """ "" without one."""

    @property
    def channels(self) -> Sequence[str]:
        """Which of them are used: codes of notices.rules.Channel."""

    @property
    def at_any_hour(self) -> bool:
        """Whether they are rung outside the hours of their company too."""

    @property
    def verified_at(self) -> datetime | None:
        """When somebody there said that it is the right number; None: it is not dialled."""


Contact = TypeVar("Contact", bound=Reachable)

LOUD = frozenset({Channel.VOICE, Channel.SMS})
"""Somebody hears these at once; a mail may lie."""


def channels_to(contact: Reachable) -> tuple[Channel, ...]:
    """By which ways this contact is told, all at once; a number nobody verified is not used."""
    sure = bool(contact.phone and contact.verified_at is not None)
    usable = {Channel.MAIL: bool(contact.email), Channel.SMS: sure, Channel.VOICE: sure}
    return tuple(one for one in usable if one in contact.channels and usable[one])


def next_contacts(
    order: Iterable[Contact], rung: Collection[int], *, in_hours: bool
) -> list[Contact]:
    """Whom to tell next: the first who hears it at once and was not told yet.

    Those before who only read mail come along, and nobody waits for them. Outside the hours of
    the company only those who may be rung at any hour.
    """
    chosen: list[Contact] = []
    for contact in order:
        channels = channels_to(contact)
        if contact.id in rung or not channels or not (in_hours or contact.at_any_hour):
            continue
        chosen.append(contact)
        if LOUD & set(channels):
            break
    return chosen


def offer_subject(offer_id: int) -> str:
    """How audit entries and notices name an offer."""
    return f"offer:{offer_id}"
