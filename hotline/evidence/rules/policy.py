"""``config/evidence.toml``: how much may be sent, how long a link lives, who gets samples."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from hotline.errors import N_, Refused
from hotline.people.rules import Role
from hotline.policy import Policy

MEGABYTE = 1024 * 1024

Count = Annotated[int, Field(ge=1)]


@dataclass(frozen=True)
class Used:
    """What was sent so far: by everybody for a ticket, or by one person or link for it."""

    files: int
    bytes: int


class EvidencePolicy(Policy):
    """What may be sent, by whom, and to whom it may go before a scanner cleared it."""

    FILE: ClassVar[str] = "evidence.toml"

    ticket_mb: Count
    ticket_files: Count
    sender_mb: Count
    sender_files: Count
    link_mb: Count
    link_files: Count
    outside_day_mb: Count
    outside_day_files: Count
    link_hours: Annotated[int, Field(ge=1, le=24 * 30)]
    sample_roles: frozenset[Role]
    sample_password: Annotated[str, Field(min_length=4, max_length=40, pattern=r"^[!-~]+$")]
    scan_gives_up_after_hours: Annotated[int, Field(ge=1, le=24 * 14)]

    @model_validator(mode="after")
    def _nobody_fills_a_ticket_in_a_day(self) -> Self:
        within = self.outside_day_mb < self.ticket_mb and self.outside_day_files < self.ticket_files
        if not within:
            raise ValueError("outside_day_mb and outside_day_files must be below the ticket's")
        return self

    @property
    def link_life(self) -> timedelta:
        """How long an upload link is good."""
        return timedelta(hours=self.link_hours)

    @property
    def scan_gives_up_after(self) -> timedelta:
        """How long a scanner may fail at one file before people are told."""
        return timedelta(hours=self.scan_gives_up_after_hours)


FULL_TICKET = N_("Too much was sent for this ticket already. Please call us, and we make room.")
FULL_SENDER = N_("You have sent as much as one person may. Please call us, and we make room.")
FULL_LINK = N_("As much was sent by this link as it takes. Please call us for another one.")


FULL_DAY = N_(
    "This is as much as can be sent within a day. "
    "Please go on tomorrow; if it is urgent, call us, and we take it in another way."
)


@dataclass(frozen=True)
class End:
    """One measure of what may be sent, how much of it is used, and what is said at its end."""

    used: Used
    most_mb: int
    most_files: int
    full: str

    @property
    def left(self) -> int:
        """How many bytes may still come; 0 where no file may."""
        if self.used.files >= self.most_files:
            return 0
        return max(0, self.most_mb * MEGABYTE - self.used.bytes)


def ends(
    policy: EvidencePolicy, ticket: Used, sender: Used, today: Used | None, *, by_link: bool
) -> tuple[End, ...]:
    """Everything that bounds one sender; ``today`` is None for the desk, which no day bounds."""
    of_sender = (
        End(sender, policy.link_mb, policy.link_files, FULL_LINK)
        if by_link
        else End(sender, policy.sender_mb, policy.sender_files, FULL_SENDER)
    )
    of_ticket = End(ticket, policy.ticket_mb, policy.ticket_files, FULL_TICKET)
    if today is None:
        return of_ticket, of_sender
    of_day = End(today, policy.outside_day_mb, policy.outside_day_files, FULL_DAY)
    return of_ticket, of_sender, of_day


def room(ends: Iterable[End], size: int = 1) -> int:
    """How many bytes may still come. Raises Refused where fewer than ``size`` may."""
    scarce = min(ends, key=lambda end: end.left)
    if scarce.left < size:
        raise Refused(scarce.full)
    return scarce.left
