"""Units, taxes and states of what a ticket costs; whole yen."""

from enum import StrEnum


class Unit(StrEnum):
    """What is counted: 台, 月, 席, 式, 時間."""

    DEVICE = "device"
    MONTH = "month"
    SEAT = "seat"
    SET = "set"
    HOUR = "hour"


class TaxMode(StrEnum):
    """Whether consumption tax is still to be added to a price, or stands in it."""

    EXCLUDED = "excluded"
    INCLUDED = "included"


class CostState(StrEnum):
    """How sure an amount is, from a guess of ours to what was paid."""

    GUESS = "guess"
    QUOTE = "quote"
    ORDER = "order"
    INVOICE = "invoice"
    PAID = "paid"
    VOID = "void"
    """Not owed after all; it stays on record and counts nowhere."""
