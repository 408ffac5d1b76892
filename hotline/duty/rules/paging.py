"""Who is rung when something cannot wait, by which ways, and how long until the next one."""

import re
from collections.abc import Collection, Iterable
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Protocol, TypeVar

from pydantic import Field

from hotline.errors import N_, Forbidden, Refused
from hotline.notices.rules import Channel
from hotline.people.rules import Role
from hotline.policy import Policy


class Cause(StrEnum):
    """Why somebody is rung at any hour."""

    P1_OUT_OF_HOURS = "p1_out_of_hours"
    RANSOM_UNANSWERED = "ransom_unanswered"
    P1_OVERRIDE = "p1_override"
    """Somebody at the desk would not wait for the promised time; in hours too."""


class PageStatus(StrEnum):
    """Where a page stands; it stays open, however long it takes, until a person ends it."""

    OPEN = "open"
    TAKEN = "taken"
    CALLED_OFF = "called_off"


MAY_TAKE = frozenset({Role.COORDINATOR, Role.SUPERVISOR})
"""Who is rung, and who may say "I have it"."""

Seconds = Annotated[int, Field(ge=10, le=86400)]


class PagingPolicy(Policy):
    """``config/paging.toml``; its comments explain each key."""

    FILE = "paging.toml"

    next_after_seconds: Seconds
    rounds_after_seconds: tuple[Seconds, ...] = Field(min_length=1)
    unanswered_case_types: tuple[str, ...]


def pause(rounds: int, policy: PagingPolicy) -> timedelta:
    """How long to wait after the ``rounds``-th round was in vain; the last wait repeats."""
    waits = policy.rounds_after_seconds
    return timedelta(seconds=waits[min(rounds, len(waits)) - 1])


class Reachable(Protocol):
    """Somebody who may be rung."""

    @property
    def id(self) -> int:
        """Who it is."""

    @property
    def phone(self) -> str | None:
        """In E.164, or none."""


Someone = TypeVar("Someone", bound=Reachable)


def next_to_ring(order: Iterable[Someone], rung: Collection[int]) -> list[Someone]:
    """Whom to ring next: the first with a phone who was not rung in this round.

    Those before who have none come along: they get mail, and nobody waits for them.
    """
    chosen: list[Someone] = []
    for someone in order:
        if someone.id in rung:
            continue
        chosen.append(someone)
        if someone.phone:
            break
    return chosen


MOBILE = re.compile(r"\+81(?:60|70|80|90)[0-9]{8}|\+(?!81)[0-9]+", re.ASCII)
"""Of the phones in Japan only these show a text message; abroad nothing tells them apart."""


def channels_to(phone: str | None) -> tuple[Channel, ...]:
    """By which ways somebody with this phone (E.164, or none) is told of a page, all at once."""
    if not phone:
        return (Channel.MAIL,)
    spoken = (Channel.VOICE, Channel.MAIL)
    return (*spoken, Channel.SMS) if MOBILE.fullmatch(phone) else spoken


def check_taker(roles: Collection[str]) -> None:
    """Refuse who cannot take what a coordinator is rung for."""
    if not MAY_TAKE & set(roles):
        raise Forbidden(N_("Only a coordinator or a supervisor can take this."))


def check_open(status: str, *, taker: str) -> None:
    """Refuse to take what is over; ``taker`` is the name of who has it, if anybody."""
    if status == PageStatus.TAKEN:
        raise Refused(N_("%(name)s has this already."), name=taker)
    if status == PageStatus.CALLED_OFF:
        raise Refused(N_("This was called off; there is nothing to take any more."))
