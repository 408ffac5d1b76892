"""API tokens: what they are called, and how long they live."""

from datetime import datetime, timedelta

from hotline.errors import N_, Invalid, Problem
from hotline.searchkeys import clean_name

TOKENS = 20
"""So many living ones a person at most."""

TOKEN_NAME_LETTERS = 100
TOKEN_DAYS = (30, 90, 365)
"""What can be chosen on the page; the longest is a year."""

USUAL_TOKEN_DAYS = 90


def checked_token(name: str, days: str) -> tuple[str, int]:
    """The name and the number of days of a new token. Raises Invalid."""
    problems: dict[str, Problem] = {}
    clean = ""
    try:
        clean = clean_token_name(name)
    except Problem as problem:
        problems["name"] = problem
    if not clean and not problems:
        problems["name"] = Problem(N_("Please write what the token is for."))
    if days not in {str(one) for one in TOKEN_DAYS}:
        problems["days"] = Problem(N_("Please choose how long the token lives."))
    if problems:
        raise Invalid(problems)
    return clean, int(days)


def token_expires_at(days: int, *, now: datetime) -> datetime:
    """When a token made at ``now`` for ``days`` is dead."""
    return now + timedelta(days=days)


def clean_token_name(name: str) -> str:
    """What its owner calls a token, in one line. Raises Problem."""
    return clean_name(name, TOKEN_NAME_LETTERS)
