"""A price beside what the brochure calls usual; it judges nobody and decides nothing."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Protocol, TypeVar

from hotline.coordination.rules.money import PERCENT, Priced, TaxMode, half_up

NEAR_PERCENT = 20
"""Within so much of the edge of a band a price is near it: the brochure says "about"."""


class Band(Protocol):
    """The usual price of one unit, whole yen without tax."""

    @property
    def unit(self) -> str: ...
    @property
    def from_yen(self) -> int: ...
    @property
    def to_yen(self) -> int: ...


class Beside(StrEnum):
    """Where a price lies beside a band."""

    BELOW = "below"
    WITHIN = "within"
    NEAR = "near"
    ABOVE = "above"


B = TypeVar("B", bound=Band)


def band_for(bands: Iterable[B], unit: str) -> B | None:
    """The band of this unit; None where the brochure names no price."""
    return next((one for one in bands if one.unit == unit), None)


def compare(line: Priced, band: Band) -> Beside:
    """Where the price of one unit lies, without tax; within the band before near its edges."""
    price = unit_net(line)
    if band.from_yen <= price <= band.to_yen:
        return Beside.WITHIN
    if price * PERCENT < band.from_yen * (PERCENT - NEAR_PERCENT):
        return Beside.BELOW
    if price * PERCENT > band.to_yen * (PERCENT + NEAR_PERCENT):
        return Beside.ABOVE
    return Beside.NEAR


def unit_net(line: Priced) -> int:
    """The price of one unit without tax, half up."""
    if line.tax_mode == TaxMode.EXCLUDED:
        return line.unit_price_yen
    return half_up(line.unit_price_yen * PERCENT, PERCENT + line.tax_percent)
