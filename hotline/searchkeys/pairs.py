"""Texts as pairs of letters, which both databases can index, and queries as phrases of pairs.

Every pair is one word of ten letters a to z: five for each letter of the text. Every field ends
with a pair of its last letter and END, so that no phrase reaches from one field into the next.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from operator import add

from hotline.searchkeys.names import company_key, folded_width, is_legal_form, spelled_out, text_key
from hotline.searchkeys.phones import is_phone, phone_key

Phrase = tuple[str, ...]

PREFIX = "*"
"""A token that ends with this is the beginning of what is looked for."""

MOST_PAIRS = 60_000
"""PostgreSQL refuses a text whose index entry would pass a megabyte; this many always fit."""

QUERY_LETTERS = 100
QUERY_WORDS = 8
"""A longer query is searched for by its beginning: it finds more, never less."""

SUFFIX_DIGITS = 4
PREFIX_DIGITS = 6
"""So many digits from the end, or from the beginning, are enough to look for a phone number."""

_BEYOND = 0x110000
END, START = _BEYOND, _BEYOND + 1
_DIGIT_ZERO = _BEYOND + 16
"""Numbers no letter has. Digits of a phone are apart from those of texts: 2026 is not in one."""


def grams(
    *, companies: Iterable[str] = (), texts: Iterable[str] = (), phones: Iterable[str] = ()
) -> str:
    """The pairs of all fields, apart by spaces: what a column ``search_text`` holds.

    ``phones`` are as they were written. Behind ``MOST_PAIRS`` nothing is found any more; the
    longest text should stand last.
    """
    fields = [
        *map(_phone_letters, filter(None, map(phone_key, phones))),
        *(_letters(key) for name in companies for key in _company_fields(name)),
        *map(_letters, map(text_key, texts)),
    ]
    known = dict.fromkeys(tuple(field) for field in fields if field)
    pairs = [pair for field in known for pair in _pairs([*field, END])]
    return " ".join(pairs[:MOST_PAIRS])


def phrases(q: str) -> list[list[Phrase]]:
    """What ``fulltext.matches`` looks for: each word of ``q`` with what may stand in its place.

    [] when there is nothing to look for. Legal forms beside other words are left out.
    """
    plain = q[:QUERY_LETTERS]
    whole = _phone_phrases(plain)
    words = list(dict.fromkeys(filter(text_key, folded_width(plain).split())))[:QUERY_WORDS]
    wanted = [word for word in words if not is_legal_form(word)] or words
    return [
        list(dict.fromkeys([*_text_phrases(word), *_phone_phrases(word), *whole]))
        for word in wanted
    ]


def holds(search_text: str, group: Iterable[Phrase]) -> bool:
    """Whether one of these phrases stands in ``search_text``, as the databases would say."""
    spaced = f" {search_text} "
    return any(_in_a_row(phrase) in spaced for phrase in group)


def _in_a_row(phrase: Phrase) -> str:
    joined = " ".join(phrase)
    return f" {joined.removesuffix(PREFIX)}" if joined.endswith(PREFIX) else f" {joined} "


def _company_fields(name: str) -> list[str]:
    """The name in full, and without its legal form where that is not a part of it anyway."""
    full, bare = text_key(spelled_out(name)), company_key(name)
    return [full] if bare in full else [full, bare]


def _text_phrases(word: str) -> Iterator[Phrase]:
    bare = company_key(word)
    # One letter that a legal form left over (株式会社化) would be found everywhere.
    keys = {bare} if len(bare) > 1 else {text_key(word), text_key(spelled_out(word))}
    return map(_phrase, map(_letters, sorted(keys)))


def _phone_phrases(text: str) -> list[Phrase]:
    """The end of a phone number, and with more digits its beginning."""
    digits = phone_key(text) if is_phone(text) else ""
    letters = _phone_letters(digits)
    found = [_phrase([*letters[1:], END])] if len(digits) >= SUFFIX_DIGITS else []
    if len(digits) >= PREFIX_DIGITS:
        found.append(_phrase(letters))
    return found


def _letters(key: str) -> list[int]:
    return [*map(ord, key)]


def _phone_letters(digits: str) -> list[int]:
    return [START, *(_DIGIT_ZERO + int(digit) for digit in digits)]


def _phrase(letters: list[int]) -> Phrase:
    if len(letters) == 1:
        return (_spelled(letters[0]) + PREFIX,)
    return tuple(_pairs(letters))


def _pairs(letters: list[int]) -> Iterator[str]:
    spelled = [*map(_spelled, letters)]
    return map(add, spelled, spelled[1:])


@lru_cache(maxsize=20_000)
def _spelled(letter: int) -> str:
    """Five letters a to z; as many for every letter, so that a beginning is a whole letter."""
    places = (26**4, 26**3, 26**2, 26, 1)
    return "".join(chr(ord("a") + letter // place % 26) for place in places)
