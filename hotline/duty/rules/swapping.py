"""How a shift passes from one person to another."""

from datetime import datetime
from enum import StrEnum

from hotline.errors import N_, Forbidden, Refused

NOTE_LETTERS = 500


class SwapStatus(StrEnum):
    """Where the request to take over a shift stands."""

    ASKED = "asked"
    AGREED = "agreed"
    """The shift is the other person's now; also where a supervisor decided it."""
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    """Whoever asked needs it no more, or the shift went elsewhere."""


def check_own(owner_id: int, by_id: int) -> None:
    """Refuse to give away somebody else's shift."""
    if owner_id != by_id:
        raise Forbidden(N_("Only whoever has the shift can ask for this."))


def check_not_over(*, ends_at: datetime, now: datetime) -> None:
    """Refuse to pass on a shift that is over."""
    if ends_at <= now:
        raise Refused(N_("This shift is over already."))


def check_asked(status: str) -> None:
    """Refuse to answer what was answered or taken back."""
    if status != SwapStatus.ASKED:
        raise Refused(N_("This request was answered or taken back already."))
