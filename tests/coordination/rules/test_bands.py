from dataclasses import dataclass
from decimal import Decimal

import pytest

from hotline.coordination.rules import Unit, band_for, compare


@dataclass(frozen=True)
class Band:
    unit: str
    from_yen: int
    to_yen: int


@dataclass(frozen=True)
class Price:
    unit_price_yen: int
    tax_mode: str = "excluded"
    quantity: Decimal = Decimal(1)
    tax_percent: int = 10


SEATS = Band("seat", 1_000_000, 2_000_000)


@pytest.mark.parametrize(
    ("price", "beside"),
    [
        (799_999, "below"),
        (800_000, "near"),
        (1_000_000, "within"),
        (2_000_000, "within"),
        (2_000_001, "near"),
        (2_400_000, "near"),
        (2_400_001, "above"),
    ],
)
def test_a_price_lies_below_near_within_or_above_a_band(price, beside):
    assert compare(Price(price), SEATS) == beside


def test_a_price_with_tax_is_compared_without_it():
    assert compare(Price(2_200_000, "included"), SEATS) == "within"


def test_where_the_brochure_names_no_price_for_a_unit_there_is_no_band():
    assert band_for([SEATS], Unit.SEAT) is SEATS
    assert band_for([SEATS], Unit.HOUR) is None
