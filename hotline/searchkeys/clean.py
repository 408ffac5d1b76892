"""What a text must not contain."""

import unicodedata

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
