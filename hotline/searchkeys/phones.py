"""The key under which a phone number is found, and how it is dialled."""

import re
import string
import unicodedata
from functools import lru_cache

import phonenumbers

DASHES = dict.fromkeys(
    map(ord, "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc\uff70\uff0d"), "-"
)
"""NFKC folds only the fullwidth and halfwidth ones; people type all of them."""

_EXTENSION = re.compile(r"(?:内線|extension|ext|x|(?<=.)#).*", re.IGNORECASE | re.DOTALL)
_CALLED_FROM_JAPAN = re.compile(r"^(?:184|186)(?=0)")
_COUNTRY = re.compile(r"^(?:\+|010-?)?81-?(?:\(0\))?-?0?(?=[1-9])")
PHONE_KEY_LENGTH = 20
_PHONE = re.compile(r"[+(#]*\d[\d()+\-./#\s]*(?:(?:内線|extension|ext|x).*)?", re.IGNORECASE)


def is_phone(text: str) -> bool:
    """Whether ``text`` holds nothing but a phone number, or a part of one."""
    plain = unicodedata.normalize("NFKC", text).translate(DASHES).strip()
    return bool(_PHONE.fullmatch(plain))


def phone_key(raw: str) -> str:
    """The digits under which a phone number is found: ``+81 3-5422-6351`` → ``0354226351``.

    Extensions and the prefixes 184 and 186 are cut; a number abroad keeps its country code;
    "" when there is no digit in it.
    """
    if raw.isascii() and raw.isdigit() and raw.startswith("0") and not raw.startswith("010"):
        return _CALLED_FROM_JAPAN.sub("", raw)[:PHONE_KEY_LENGTH]  # As the telephone brings it.
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


@lru_cache(maxsize=2000)
def phone_e164(raw: str) -> str | None:
    """The number as the telephone company takes it (``+81354226351``); None when it is none.

    Remembered, because lists ask it for the same callers at every look.
    """
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
