"""What a text must not contain."""

import re
import unicodedata

from hotline.errors import N_, Problem

BIDI_CONTROLS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""They can make a name look like another one."""

_NOT_IN_TEXT = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_NOT_IN_NAME = re.compile(f"[\0-\x1f\x7f-\x9f\ud800-\udfff{BIDI_CONTROLS}]")
"""Control characters (Unicode's Cc) and lone surrogates (Cs); a text may have tabs and lines."""


def clean_text(text: str, limit: int) -> str:
    """``text`` in NFC, of at most ``limit`` letters; tabs and line ends may stand in it.

    Raises Problem for NUL, other control characters and lone surrogates. Rare kanji, variation
    selectors and joined emoji stay as they were written.
    """
    return _clean(text, limit, _NOT_IN_TEXT)


def clean_name(text: str, limit: int) -> str:
    """Like ``clean_text`` for one line: also without tabs, line ends and direction marks."""
    return _clean(text.strip(" \u3000"), limit, _NOT_IN_NAME)


def _clean(text: str, limit: int, refused: re.Pattern[str]) -> str:
    if refused.search(text):
        raise Problem(N_("There is a character here that cannot be seen. Please type it again."))
    text = unicodedata.normalize("NFC", text)
    if len(text) > limit:
        raise Problem(N_("At most %(limit)s characters, please."), limit=limit)
    return text
