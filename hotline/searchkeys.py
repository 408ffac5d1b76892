"""The keys under which names and phones are found, and what a text must not contain."""

import re
import string
import unicodedata

import phonenumbers

from hotline.errors import N_, Problem

KEPT_CONTROLS = frozenset("\t\r\n")
BIDI_CONTROLS = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
"""They can make a name look like another one."""


def clean_text(text: str, limit: int) -> str:
    """``text`` in NFC, of at most ``limit`` letters; tabs and line ends may stand in it.

    Raises Problem for NUL, other control characters and lone surrogates. Rare kanji, variation
    selectors and joined emoji stay as they were written.
    """
    return _clean(text, limit, kept=KEPT_CONTROLS, refused=frozenset())


def clean_name(text: str, limit: int) -> str:
    """Like ``clean_text`` for one line: also without tabs, line ends and direction marks."""
    return _clean(text.strip(" \u3000"), limit, kept=frozenset(), refused=BIDI_CONTROLS)


def _clean(text: str, limit: int, *, kept: frozenset[str], refused: frozenset[str]) -> str:
    if any(_is_control(letter, kept) or letter in refused for letter in text):
        raise Problem(N_("There is a character here that cannot be seen. Please type it again."))
    text = unicodedata.normalize("NFC", text)
    if len(text) > limit:
        raise Problem(N_("At most %(limit)s characters, please."), limit=limit)
    return text


def _is_control(letter: str, kept: frozenset[str]) -> bool:
    return unicodedata.category(letter) in ("Cc", "Cs") and letter not in kept


DASHES = dict.fromkeys(
    map(ord, "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc\uff70\uff0d"), "-"
)
"""NFKC folds only the fullwidth and halfwidth ones; people type all of them."""

_EXTENSION = re.compile(r"(?:内線|extension|ext|x|(?<=.)#).*", re.IGNORECASE | re.DOTALL)
_CALLED_FROM_JAPAN = re.compile(r"^(?:184|186)(?=0)")
_COUNTRY = re.compile(r"^(?:\+|010-?)?81-?(?:\(0\))?-?0?(?=[1-9])")
PHONE_KEY_LENGTH = 20


def phone_key(raw: str) -> str:
    """The digits under which a phone number is found: ``+81 3-5422-6351`` → ``0354226351``.

    Extensions and the prefixes 184 and 186 are cut; a number abroad keeps its country code;
    "" when there is no digit in it.
    """
    plain = unicodedata.normalize("NFKC", raw).translate(DASHES)
    plain = _EXTENSION.sub("", "".join(plain.split()))
    digits = "".join(letter for letter in _national(plain) if letter in string.digits)
    digits = digits.removeprefix("010")  # What Japan dials in place of the plus sign.
    return _CALLED_FROM_JAPAN.sub("", digits)[:PHONE_KEY_LENGTH]


def _national(plain: str) -> str:
    """The number as it is dialled inside Japan, when its country code says that it is there."""
    marked = plain.startswith(("+", "010"))
    bare = plain.startswith("81") and sum(letter in string.digits for letter in plain) >= 11
    return _COUNTRY.sub("0", plain) if marked or bare else plain


def phone_e164(raw: str) -> str | None:
    """The number as the telephone company takes it (``+81354226351``); None when it is none."""
    key = phone_key(raw)
    abroad = unicodedata.normalize("NFKC", raw).strip().startswith(("+", "010"))
    text = f"+{key}" if abroad and not key.startswith("0") else key
    try:
        number = phonenumbers.parse(text, "JP")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
