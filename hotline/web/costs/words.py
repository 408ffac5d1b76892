"""How money is written for people: amounts, units, states, and a price beside the usual one."""

from decimal import Decimal

from flask import Blueprint

from hotline import policy
from hotline.coordination.rules import (
    Beside,
    CostsPolicy,
    FunctionsPolicy,
    Price,
    band_for,
    compare,
)
from hotline.coordination.rules.money import Priced
from hotline.edge import words
from hotline.edge.language import current, gettext
from hotline.errors import N_

TEN_THOUSAND = 10_000
HUNDRED_THOUSAND = 100_000

UNITS = {
    "device": N_("device"),
    "month": N_("month"),
    "seat": N_("seat"),
    "set": N_("lump sum"),
    "hour": N_("hour"),
}

STATES = {
    "guess": N_("not quoted yet"),
    "quote": N_("quote"),
    "order": N_("ordered"),
    "invoice": N_("invoiced"),
    "paid": N_("paid"),
    "void": N_("void"),
}
"""How sure an amount is."""

STANDS = {
    "counts": "",
    "void": N_("not owed, not in the sum"),
    "replaced": N_("there is a quote: not in the sum"),
    "not_chosen": N_("not chosen: not in the sum"),
    "ended": N_("the task has ended: not in the sum"),
}
"""Why a line does not count."""

EXPECTED = {
    "yes": N_("payment expected"),
    "no": N_("no payment expected"),
    "unknown": N_("not known"),
}
"""Whether somebody expects the insurer to pay; nobody here decides it."""

INSURER = {
    "unasked": N_("insurer not asked"),
    "asked": N_("the insurer is being asked"),
    "given": N_("the insurer agreed beforehand"),
    "refused": N_("the insurer did not agree beforehand"),
}

TAX = {
    "excluded": N_("without tax"),
    "included": N_("with tax"),
}

LIMITS = {
    "no_member": N_("Cost limit unknown: the company is not on file."),
    "no_policy": N_("Cost limit unknown: no policy on file covers the moment of the call."),
    "no_limit": N_("Cost limit unknown: the policy on file names none."),
}
"""Why no limit is drawn."""

APPROVALS = {
    "asked": N_("waits for the member"),
    "approved": N_("approved"),
    "refused": N_("not approved"),
    "withdrawn": N_("not valid any more"),
}

BESIDE = {
    Beside.BELOW: N_("below %(usual)s"),
    Beside.WITHIN: N_("%(usual)s"),
    Beside.NEAR: N_("near %(usual)s"),
    Beside.ABOVE: N_("above %(usual)s"),
}


def install(bp: Blueprint) -> None:
    """Give the templates these filters, and the sentence that goes with money."""
    for one in FILTERS:
        bp.add_app_template_filter(one)
    bp.add_app_template_global(not_all_payable)


def yen(amount: int) -> str:
    """``6,600,000円``."""
    return gettext("%(amount)s yen", amount=f"{amount:,}")


def yen_with_tax(amount: int) -> str:
    """``6,600,000円（税込）``."""
    return gettext("%(amount)s yen with tax", amount=f"{amount:,}")


def quantity(number: Decimal, unit: str) -> str:
    """``1.5 時間``."""
    return gettext("%(number)s × %(unit)s", number=plain(number), unit=cost_unit(unit))


def plain(number: Decimal) -> str:
    """A quantity without zeros behind: ``1.5``, ``100``."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


def cost_unit(code: str) -> str:
    """``台``."""
    return _label(UNITS, code)


def cost_state(code: str) -> str:
    """``見積``."""
    return _label(STATES, code)


def cost_stands(code: str) -> str:
    """Why a line does not count; "" for one that does."""
    return _label(STANDS, code)


def cover_expected(code: str) -> str:
    """``見込みあり``."""
    return _label(EXPECTED, code)


def insurer_said(code: str) -> str:
    """``保険会社に確認中``."""
    return _label(INSURER, code)


def tax_mode(code: str) -> str:
    """``税抜``."""
    return _label(TAX, code)


def no_limit(code: str) -> str:
    """Why nobody knows the cost limit, as a sentence."""
    return _label(LIMITS, code)


def approval_status(code: str) -> str:
    """``お客さま承認待ち``."""
    return _label(APPROVALS, code)


def asked_anew(code: str) -> str:
    """Why an approval is not valid any more."""
    return _label(words.ASKED_ANEW, code)


def permille(tenths: int) -> str:
    """``10.1%``."""
    return f"{tenths // 10}.{tenths % 10}%"


def usual(line: Priced, function: str, unit: str) -> tuple[str, ...]:
    """A price beside the brochure's, in parts that stay whole: ``約300万円／台``, ``に近い``."""
    found = band_of(function, unit)
    if found is None:
        return (gettext("no usual price known"),)
    written = band(found)
    before, _, after = gettext(BESIDE[compare(line, found)], usual=written).partition(written)
    return tuple(part for part in (before, written, after) if part)


def band_of(function: str, unit: str) -> Price | None:
    """What the brochure says about one unit; None where it says nothing."""
    rule = policy.get(FunctionsPolicy).by_code.get(function)
    return band_for(rule.prices, unit) if rule is not None else None


def band(price: Price) -> str:
    """``約250万円／台``, ``約1,000万～2,000万円／式``."""
    unit = cost_unit(price.unit)
    if price.from_yen == price.to_yen:
        return gettext("about %(yen)s per %(unit)s", yen=short(price.from_yen), unit=unit)
    low, high = short(price.from_yen), short(price.to_yen)
    return gettext("about %(low)s to %(high)s per %(unit)s", low=low, high=high, unit=unit)


def short(amount: int) -> str:
    """``250万円``, ``2.5 million yen``; what is not round is written out."""
    if current() == "ja" and amount % TEN_THOUSAND == 0:
        return f"{amount // TEN_THOUSAND:,}万円"
    if current() != "ja" and amount and amount % HUNDRED_THOUSAND == 0:
        whole, tenth = divmod(amount // HUNDRED_THOUSAND, 10)
        return f"{whole:,}.{tenth} million yen" if tenth else f"{whole:,} million yen"
    return yen(amount)


def not_all_payable() -> str:
    """The sentence that goes with every amount."""
    return str(getattr(policy.get(CostsPolicy).not_all_payable, current()))


def not_decided() -> str:
    """That the system does not decide whether the insurer pays."""
    return str(getattr(policy.get(CostsPolicy).not_decided, current()))


def _label(labels: dict[str, str], code: str) -> str:
    found = labels.get(code, code)
    return gettext(found) if found else ""


FILTERS = (
    approval_status,
    asked_anew,
    cost_stands,
    cost_state,
    cost_unit,
    cover_expected,
    insurer_said,
    no_limit,
    permille,
    plain,
    tax_mode,
    yen,
    yen_with_tax,
)
