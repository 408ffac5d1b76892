"""Text that stays text when a spreadsheet reads it."""

import re

FORMULA = re.compile(r"[=+\-@＝＋－＠\t\r\n]")
"""What a spreadsheet takes for the beginning of a formula, or skips before one."""

APOSTROPHE = "'"

LONGEST_TITLE = 31
_REFUSED = re.compile(r"[\[\]:*?/\\]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def is_like_formula(text: str) -> bool:
    """Whether a spreadsheet could reckon with it instead of showing it."""
    return FORMULA.match(text) is not None


def defused(text: str) -> str:
    """For CSV, which has no types: an apostrophe before what looks like a formula."""
    return f"{APOSTROPHE}{text}" if is_like_formula(text) else text


def plain(text: str) -> str:
    """Without the control characters that a workbook cannot hold."""
    return _CONTROL.sub("", text)


def sheet_title(text: str, taken: set[str]) -> str:
    """A name that a workbook accepts and that none of ``taken`` has; it is added to them."""
    short = _REFUSED.sub(" ", plain(text)).strip()[:LONGEST_TITLE] or "1"
    title, number = short, 1
    while title.lower() in taken:
        number += 1
        title = f"{short[: LONGEST_TITLE - 4]} {number}"
    taken.add(title.lower())
    return title
