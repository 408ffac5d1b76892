"""Who rang whom."""

from enum import StrEnum


class Direction(StrEnum):
    """Who rang whom: the caller us, or we somebody."""

    IN = "in"
    OUT = "out"
