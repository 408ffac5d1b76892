"""Where a call stands, what the keys of the menu mean, and how the hotline speaks."""

from hotline.calls.rules.direction import Direction
from hotline.calls.rules.standing import (
    FORGOTTEN_AFTER,
    NUMBER_LETTERS,
    PRESSED_TWICE,
    UNREACHED,
    WAITS_TOO_LONG,
    Event,
    Happening,
    Kind,
    Status,
    check_entered,
    is_owed,
    status_of,
)
from hotline.calls.rules.voice import (
    ENGLISH_KEY,
    LANGUAGES,
    ONLY_IN,
    PLACES,
    Seconds,
    TextError,
    Voice,
    VoicePolicy,
    parse_texts,
)

__all__ = [
    "ENGLISH_KEY",
    "FORGOTTEN_AFTER",
    "LANGUAGES",
    "NUMBER_LETTERS",
    "ONLY_IN",
    "PLACES",
    "PRESSED_TWICE",
    "UNREACHED",
    "WAITS_TOO_LONG",
    "Direction",
    "Event",
    "Happening",
    "Kind",
    "Seconds",
    "Status",
    "TextError",
    "Voice",
    "VoicePolicy",
    "check_entered",
    "is_owed",
    "parse_texts",
    "status_of",
]
