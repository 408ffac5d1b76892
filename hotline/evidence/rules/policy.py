"""``config/evidence.toml``: how much may be sent, how long a link lives, who gets samples."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, ClassVar

from pydantic import Field

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
    link_hours: Annotated[int, Field(ge=1, le=24 * 30)]
    sample_roles: frozenset[Role]
    sample_password: Annotated[str, Field(min_length=4, max_length=40, pattern=r"^[!-~]+$")]
    scan_gives_up_after_hours: Annotated[int, Field(ge=1, le=24 * 14)]

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


def room(policy: EvidencePolicy, ticket: Used, sender: Used, *, by_link: bool) -> int:
    """How many bytes may still come. Raises Refused where nothing may."""
    mb, files = (
        (policy.link_mb, policy.link_files) if by_link else (policy.sender_mb, policy.sender_files)
    )
    ends = (
        (ticket, policy.ticket_mb, policy.ticket_files, FULL_TICKET),
        (sender, mb, files, FULL_LINK if by_link else FULL_SENDER),
    )
    for used, most_mb, most_files, full in ends:
        if used.files >= most_files or used.bytes >= most_mb * MEGABYTE:
            raise Refused(full)
    return min(most_mb * MEGABYTE - used.bytes for used, most_mb, _, _ in ends)


def too_much(*, by_link: bool) -> Refused:
    """There is room, but less than what came needs."""
    return Refused(FULL_LINK if by_link else FULL_SENDER)
