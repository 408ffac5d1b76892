"""The number of a ticket: nine digits, the last a check digit, shown in fours."""

from collections.abc import Callable

NUMBER_DIGITS = 9
_DIGITS_ONLY = str.maketrans("", "", " 　-‐‑‒–—―−ー－")


def check_digit(eight: str) -> int:
    """The ninth digit by Luhn's formula (ISO/IEC 7812-1): it finds every single wrong digit.

    A number that was misheard is refused before it opens a stranger's ticket.
    """
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in eight[::-2])
    kept = (int(digit) for digit in eight[-2::-2])
    return -(sum(doubled) + sum(kept)) % 10


def make_number(draw: Callable[[int], int]) -> str:
    """A number nobody can count incidents from; ``draw(n)`` gives a random integer below n."""
    eight = str(10_000_000 + draw(90_000_000))
    return eight + str(check_digit(eight))


def parse_number(text: str) -> str | None:
    """Nine digits out of what was said or typed (spaces, dashes, fullwidth); None if it is none."""
    plain = text.translate(_DIGITS_ONLY)
    if len(plain) != NUMBER_DIGITS or not plain.isdecimal():
        return None
    number = "".join(str(int(digit)) for digit in plain)
    return number if check_digit(number[:-1]) == int(number[-1]) else None


def spaced(number: str) -> str:
    """The number in fours, as it is shown and spoken: ``4821 7093 3``."""
    return f"{number[:4]} {number[4:8]} {number[8:]}"


def subject(number: str) -> str:
    """What audit entries, notices and pages about this ticket are filed under."""
    return f"ticket:{number}"
