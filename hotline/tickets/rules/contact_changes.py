"""Another phone or address that a member gives in writing, and what becomes of it."""

from enum import StrEnum


class ChangeStatus(StrEnum):
    """Where it stands; nothing is sent to it before somebody of the desk confirmed it."""

    GIVEN = "given"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
