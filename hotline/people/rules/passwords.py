"""What a password must be."""

import unicodedata
from collections.abc import Set

from hotline.errors import N_, Problem

PASSWORD_LETTERS = 12
PASSWORD_BYTES = 1024
DIFFERENT_LETTERS = 5


def folded_password(password: str) -> str:
    """What is hashed: NFKC, so that one keyboard's full-width letters are another's plain ones."""
    return unicodedata.normalize("NFKC", password)


def is_hashable(password: str) -> bool:
    """Whether the text may be hashed at all: bounded, and made of real characters."""
    try:
        return len(folded_password(password[: PASSWORD_BYTES + 1]).encode()) <= PASSWORD_BYTES
    except UnicodeEncodeError:  # A lone surrogate.
        return False


def check_password(password: str, *, email: str, common: Set[str]) -> None:
    """Refuse what is short, long, often used or the person's own mail name. Raises Problem.

    ``common`` holds words and passwords in small letters.
    """
    if not is_hashable(password):
        raise Problem(N_("Please choose a shorter password: at most 1,024 bytes."))
    folded = folded_password(password)
    if len(folded) < PASSWORD_LETTERS:
        raise Problem(
            N_("Please choose a longer password: at least %(letters)s characters."),
            letters=PASSWORD_LETTERS,
        )
    if _is_common(folded.casefold(), common):
        raise Problem(N_("Many people use a password like this. Please choose another one."))
    own_name = email.casefold().partition("@")[0]
    if own_name and own_name in folded.casefold():
        raise Problem(N_("Please choose a password that does not hold your mail name."))


def _is_common(password: str, common: Set[str]) -> bool:
    """Common words do not become rare by digits around them or by being said twice."""
    core = password.strip("0123456789!?.,@#$%&*+-_=~^ ")
    once = _said_once(core)
    few = len(set(password)) < DIFFERENT_LETTERS
    return few or not common.isdisjoint({password, core, once, _said_once(password)})


def _said_once(text: str) -> str:
    """``ab`` for ``abab``; the text itself when it is no repetition."""
    period = (text + text).find(text, 1)
    return text[:period] if 0 < period < len(text) else text
