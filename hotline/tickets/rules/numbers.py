"""The number of a ticket (nine digits, the last a check digit) and its caller's six digits."""

from collections.abc import Callable

NUMBER_DIGITS = 9
CODE_DIGITS = 6
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
    number = _digits(text, NUMBER_DIGITS)
    return number if number and check_digit(number[:-1]) == int(number[-1]) else None


def new_code(draw: Callable[[int], int]) -> str:
    """Six digits for the caller of one ticket; ``draw(n)`` gives a random integer below n."""
    return f"{draw(10**CODE_DIGITS):0{CODE_DIGITS}}"


def parse_code(text: str) -> str | None:
    """Six digits out of what was said or typed (spaces, dashes, fullwidth); None if it is none."""
    return _digits(text, CODE_DIGITS)


def _digits(text: str, length: int) -> str | None:
    plain = text.translate(_DIGITS_ONLY)
    if len(plain) != length or not plain.isdecimal():
        return None
    return "".join(str(int(digit)) for digit in plain)


def spaced(number: str) -> str:
    """The number in fours, as it is shown and spoken: ``4821 7093 3``."""
    return f"{number[:4]} {number[4:8]} {number[8:]}"


def subject(number: str) -> str:
    """What audit entries, notices and pages about this ticket are filed under."""
    return f"ticket:{number}"


def member_thread(ticket_id: int) -> str:
    """The thread of a ticket in which the member and the desk write to each other."""
    return f"ticket:{ticket_id}:member"
