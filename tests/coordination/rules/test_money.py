from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.coordination.rules.money import (
    NEXT,
    Amount,
    Bar,
    CostState,
    Stands,
    TaxMode,
    Work,
    amount_yen,
    bar,
    standing,
)

QUANTITIES = st.decimals("0.01", "99999.99", places=2)
PRICES = st.integers(0, 9_999_999_999)


@dataclass(frozen=True)
class Line:
    id: int
    state: str = "quote"
    vendor_id: int | None = None
    unit_price_yen: int = 1000
    task_id: int | None = 1
    quantity: Decimal = Decimal(1)
    tax_mode: str = "included"
    tax_percent: int = 10


@pytest.mark.parametrize(
    ("quantity", "price", "mode", "amount"),
    [
        ("2", 3_000_000, TaxMode.EXCLUDED, Amount(6_000_000, 600_000, 6_600_000)),
        ("2", 3_300_000, TaxMode.INCLUDED, Amount(6_000_000, 600_000, 6_600_000)),
        ("1", 5, TaxMode.EXCLUDED, Amount(5, 1, 6)),  # 5.5 is 6.
        ("0.5", 1, TaxMode.EXCLUDED, Amount(1, 0, 1)),  # 0.5 is 1, and 0.55 is 1.
        ("1.25", 999, TaxMode.INCLUDED, Amount(1135, 114, 1249)),  # 1,248.75; net 1,135.227.
        ("1.5", 0, TaxMode.EXCLUDED, Amount(0, 0, 0)),
    ],
)
def test_an_amount_is_whole_yen_rounded_half_up_once(quantity, price, mode, amount):
    assert amount_yen(Decimal(quantity), price, mode, 10) == amount


@given(QUANTITIES, PRICES, st.sampled_from(TaxMode), st.integers(0, 100))
def test_tax_is_never_negative_and_each_side_is_within_half_a_yen(quantity, price, mode, percent):
    amount = amount_yen(quantity, price, mode, percent)
    exact = amount.gross if mode is TaxMode.INCLUDED else amount.net

    assert amount.net + amount.tax == amount.gross
    assert amount.tax >= 0
    assert abs(exact - quantity * price) <= Decimal("0.5")


def test_a_third_place_is_refused():
    with pytest.raises(ValueError, match="two places"):
        amount_yen(Decimal("1.005"), 1000, TaxMode.EXCLUDED, 10)


@pytest.mark.parametrize(
    ("work", "stands"),
    [
        # Until somebody is chosen the dearest of those who were asked counts.
        (Work("offered", None, frozenset({7, 8})), {2: "not_chosen", 3: "counts"}),
        (Work("offered", None, frozenset({7})), {2: "counts", 3: "not_chosen"}),
        (Work("estimating", 7), {2: "counts", 3: "not_chosen"}),
        (Work("cancelled", 7), {2: "ended", 3: "ended"}),
    ],
    ids=["the dearest", "one gave up", "chosen", "cancelled"],
)
def test_of_several_quotes_one_counts(work, stands):
    lines = [Line(2, vendor_id=7), Line(3, vendor_id=8, unit_price_yen=1500)]

    assert standing(lines, {1: work}) == stands


def test_a_guess_counts_until_there_is_a_quote_that_counts():
    guess, foreign, own = Line(1, "guess"), Line(2, vendor_id=8), Line(3, vendor_id=7)
    work = {1: Work("estimating", 7)}

    assert standing([guess], work)[1] == Stands.COUNTS
    assert standing([guess, foreign], work)[1] == Stands.COUNTS
    assert standing([guess, own], work)[1] == Stands.REPLACED
    assert standing([guess, Line(4, "order", 7)], work)[1] == Stands.REPLACED


def test_what_belongs_to_no_task_counts_and_what_is_void_does_not():
    lines = [Line(1, "guess", task_id=None), Line(2, "void"), Line(3, "paid", vendor_id=9)]
    stands = standing(lines, {1: Work("cancelled", None)})

    assert stands == {1: "counts", 2: "void", 3: "counts"}


def test_the_bar_shows_what_is_agreed_to_what_waits_and_what_is_expected():
    lines = [
        Line(1, "invoice", unit_price_yen=1_320_000),
        Line(2, unit_price_yen=6_600_000),
        Line(3, "guess", unit_price_yen=22_500_000, task_id=None),
        Line(4, "void"),
    ]
    stands = standing(lines, {1: Work("waiting_approval", None)})
    drawn = bar(lines, stands, asked={2, 4}, limit=300_000_000)

    assert drawn == Bar(1_320_000, 6_600_000, 22_500_000, 300_000_000)
    assert (drawn.sum, drawn.permille, drawn.over) == (30_420_000, 101, 0)
    assert [drawn.part(one) for one in (1_320_000, drawn.sum)] == ["0.44", "10.14"]


def test_beyond_the_limit_the_whole_width_is_the_sum():
    drawn = Bar(150, 0, 50, 100)

    assert (drawn.over, drawn.part(100), drawn.part(drawn.sum)) == (100, "50.00", "100.00")


def test_without_a_limit_nothing_is_said_about_it():
    drawn = Bar(0, 0, 0)

    assert (drawn.permille, drawn.over, drawn.part(0)) == (None, 0, "0.00")


def test_nothing_leads_out_of_void_and_nobody_orders_a_guess():
    assert not NEXT[CostState.VOID]
    assert CostState.ORDER not in NEXT[CostState.GUESS]
