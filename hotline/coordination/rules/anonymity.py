"""What partners read before they answer names nobody: no company, no caller."""

import re
from collections.abc import Iterable, Sequence

from hotline.searchkeys import company_key, text_key

SHORTEST = 2
"""Shorter names stand in too many words to be looked for."""

HONORIFICS = tuple(
    text_key(one) for one in ("様", "さま", "さん", "氏", "殿", "部長", "課長", "社長")
)
"""Behind one of these a family name is meant as such; 中村 alone may be a part of a city."""

READ_FIRST = ("scope", "scale", "place")
"""The fields of a task that are written freely and that partners read before they answer."""

_WORDS = re.compile(r"[A-Za-z0-9Ａ-Ｚａ-ｚ０-９]+")


def names_somebody(text: str, companies: Iterable[str], people: Iterable[str]) -> bool:
    """Whether ``text`` holds one of the companies, with or without its legal form and in any
    spelling, or one of the people by full name or by family name with さま and the like."""
    key, words = text_key(text), [text_key(one) for one in _WORDS.findall(text)]
    return any(_holds(key, words, company_key(one)) for one in companies) or any(
        _holds(key, words, text_key(one)) or _addresses(key, one) for one in people
    )


def _holds(key: str, words: Sequence[str], name: str) -> bool:
    if len(name) < SHORTEST:
        return False
    return _in_a_row(words, name) if name.isascii() else name in key


def _in_a_row(words: Sequence[str], name: str) -> bool:
    """Whether some words in a row are ``name``: "net" does not stand in "network"."""
    starts = range(len(words))
    return any("".join(words[a:b]) == name for a in starts for b in range(a + 1, len(words) + 1))


def _addresses(key: str, person: str) -> bool:
    family, *given = person.split()
    return bool(given) and any(text_key(family) + one in key for one in HONORIFICS)
