"""What somebody writes down as a cost, checked; and the words that go with money."""

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass
from decimal import Decimal
from string import Template
from typing import Annotated, ClassVar, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hotline.coordination.rules.money import CostState, TaxMode, Unit
from hotline.errors import N_, Invalid, Problem
from hotline.policy import Policy
from hotline.searchkeys import clean_name, clean_text
from hotline.tickets.rules.words import Words, check_once

T = TypeVar("T")

ITEM_LETTERS = 200
NOTE_LETTERS = 500
SAID_LETTERS = 200
WORDS_LETTERS = 2000
NUMBER_LETTERS = 30

MOST_QUANTITY = Decimal("99999.99")
MOST_LINES = 300
"""On one ticket."""

AT_FIRST = (CostState.GUESS, CostState.QUOTE)
"""How sure a new line can be."""

_QUANTITY = re.compile(r"[0-9]{1,5}(\.[0-9]{1,2})?")
# A longer unit price is a slip of the finger; all sums stay within the database's numbers.
_YEN = re.compile(r"[0-9]{1,10}")
_READ_BACK = frozenset({"function", "total"})


class Plan(BaseModel):
    """A plan of the insurer, recognised by its limits; whole yen."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{0,9}$")]
    liability_yen: Annotated[int, Field(gt=0)]
    cost_yen: Annotated[int, Field(gt=0)]


class CostsPolicy(Policy):
    """``config/costs.toml``: the tax, the sentences that go with money, and the known plans."""

    FILE: ClassVar[str] = "costs.toml"

    tax_percent: Annotated[int, Field(ge=0, le=100)]
    not_all_payable: Words
    not_decided: Words
    free_advice_ends: Words
    read_back: Words
    plan: tuple[Plan, ...] = ()

    @model_validator(mode="after")
    def _read_back_names_what_is_agreed_to(self) -> Self:
        for language in ("ja", "en"):
            text = Template(getattr(self.read_back, language))
            if not text.is_valid() or set(text.get_identifiers()) != _READ_BACK:
                raise ValueError(f"read_back.{language} must hold $function and $total, no others")
            for sentence in (self.not_all_payable, self.not_decided):
                if getattr(sentence, language) not in text.template:
                    raise ValueError(
                        f"read_back.{language} must say not_all_payable and not_decided"
                    )
        return self

    @model_validator(mode="after")
    def _plans_differ(self) -> Self:
        check_once("the plan", [one.name for one in self.plan])
        check_once(
            "the limits of plan", [f"{one.liability_yen}/{one.cost_yen}" for one in self.plan]
        )
        return self

    def plan_of(self, liability_yen: int | None, cost_yen: int | None) -> str:
        """The name of the plan with these limits; "" when no plan has them."""
        limits = (liability_yen, cost_yen)
        named = (one.name for one in self.plan if (one.liability_yen, one.cost_yen) == limits)
        return next(named, "")


@dataclass(frozen=True)
class LineGiven:
    """One cost as it was typed; ``task_id`` and ``vendor_id`` say whose price it is for what.

    ``state`` is "guess" or "quote"; the others come by steps of their own.
    """

    function: str
    item: str
    unit: str
    quantity: str
    unit_price_yen: str
    tax_mode: str = TaxMode.EXCLUDED.value
    state: str = CostState.GUESS.value
    task_id: int | None = None
    vendor_id: int | None = None


@dataclass(frozen=True)
class CheckedLine:
    """The same, clean."""

    function: str
    item: str
    unit: Unit
    quantity: Decimal
    unit_price_yen: int
    tax_mode: TaxMode
    tax_percent: int


def check_line(given: LineGiven, *, functions: Collection[str], tax_percent: int) -> CheckedLine:
    """Raises Invalid with one sentence for each field that cannot be used."""
    choices = (
        ("function", functions, N_("Choose a function.")),
        ("unit", set(Unit), N_("Choose what is counted.")),
        ("tax_mode", set(TaxMode), N_("Choose whether the price includes tax.")),
    )
    problems = {
        name: Problem(sentence)
        for name, known, sentence in choices
        if getattr(given, name) not in known
    }
    item = _tried(check_item, given.item, "item", problems)
    quantity = _tried(parse_quantity, given.quantity, "quantity", problems)
    price = _tried(parse_yen, given.unit_price_yen, "unit_price_yen", problems)
    if problems or item is None or quantity is None or price is None:
        raise Invalid(problems)
    return CheckedLine(
        given.function,
        item,
        Unit(given.unit),
        quantity,
        price,
        TaxMode(given.tax_mode),
        tax_percent,
    )


def _tried(
    parse: Callable[[str], T], text: str, name: str, problems: dict[str, Problem]
) -> T | None:
    try:
        return parse(text)
    except Problem as problem:
        problems[name] = problem
        return None


def check_item(text: str) -> str:
    """What it is for, in one line. Raises Problem."""
    item = clean_name(text, ITEM_LETTERS)
    if not item:
        raise Problem(N_("Write what it is for."))
    return item


def parse_quantity(text: str) -> Decimal:
    """``2``, ``1.5``, ``１２``: more than nothing, two places at most. Raises Problem."""
    plain = _number(text)
    quantity = Decimal(plain) if _QUANTITY.fullmatch(plain) else Decimal(0)
    if not 0 < quantity <= MOST_QUANTITY:
        raise Problem(N_("Write how many, such as 2 or 1.5, with two places at most."))
    return quantity


def parse_yen(text: str) -> int:
    """``3,000,000``, ``￥3000000円``: whole yen. Raises Problem."""
    plain = _number(text).removeprefix("¥").removesuffix("円")
    if not _YEN.fullmatch(plain):
        raise Problem(N_("Write whole yen, such as 3,000,000."))
    return int(plain)


def _number(text: str) -> str:
    """Any width of digits, without what people put between thousands."""
    plain = unicodedata.normalize("NFKC", text[:NUMBER_LETTERS])
    return "".join(plain.split()).replace(",", "").replace("、", "")


def check_words(text: str, limit: int, sentence: str) -> str:
    """A text that must not be empty. Raises Problem, with ``sentence`` when it is."""
    clean = clean_text(text, limit).strip()
    if not clean:
        raise Problem(sentence)
    return clean


def check_name(text: str, limit: int, sentence: str) -> str:
    """One line that must not be empty. Raises Problem, with ``sentence`` when it is."""
    clean = clean_name(text, limit)
    if not clean:
        raise Problem(sentence)
    return clean
