"""Who turned to whom, and how."""

from enum import StrEnum


class Direction(StrEnum):
    """The caller rang us, we rang somebody, or a member wrote over the web."""

    IN = "in"
    OUT = "out"
    WEB = "web"
