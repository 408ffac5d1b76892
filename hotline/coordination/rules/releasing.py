"""What partners may be told, and whose consent that needs."""

from enum import StrEnum


class SaidHow(StrEnum):
    """How the member said that a partner may be told, or may not."""

    PHONE = "phone"
    MAIL = "mail"
    PAPER = "paper"
    PORTAL = "portal"
