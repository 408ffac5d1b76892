"""Texts as pairs of letters, which both databases can index, and queries as phrases of pairs.

Every pair is one word of ten letters a to z: five for each letter of the text. Every field ends
with a pair of its last letter and END, so that no phrase reaches from one field into the next.
The end of a phone that is one digit again and again has too few pairs to tell it from others: an
index would name every tenth row for 0000. It is marked behind its END.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import takewhile
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
ALIKE = {3: _BEYOND + 2, 4: _BEYOND + 3}
"""Behind the END of a phone: so many of its last digits are the same."""
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
    pairs = [pair for field in known for pair in _pairs(_closed(field))]
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
        list(dict.fromkeys([*_in_texts(word), *_phone_phrases(word), *whole])) for word in wanted
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


def _in_texts(word: str) -> Iterator[Phrase]:
    """Where the word stands in a text; 0000 is the end of a phone alone.

    In texts it is one pair again and again, which an index finds in every second row.
    """
    is_an_end = len(set(word)) == 1 and _phone_phrases(word)
    return iter(()) if is_an_end else _text_phrases(word)


def _phone_phrases(text: str) -> list[Phrase]:
    """The end of a phone number, and with more digits its beginning."""
    digits = phone_key(text) if is_phone(text) else ""
    letters = _phone_letters(digits)
    found = [_phrase(_closed(letters[1:]))] if len(digits) >= SUFFIX_DIGITS else []
    if len(digits) >= PREFIX_DIGITS:
        found.append(_phrase(letters))
    return found


def _letters(key: str) -> list[int]:
    return [*map(ord, key)]


def _phone_letters(digits: str) -> list[int]:
    return [START, *(_DIGIT_ZERO + int(digit) for digit in digits)]


def _closed(field: Sequence[int]) -> list[int]:
    """The field with its END, and with how many of the last digits are alike, if it is a phone."""
    last = field[-1]
    alike = len(list(takewhile(last.__eq__, reversed(field[-max(ALIKE) :]))))
    is_marked = alike in ALIKE and last >= _DIGIT_ZERO
    return [*field, END, ALIKE[alike]] if is_marked else [*field, END]


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
