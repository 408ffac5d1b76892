"""What the keys of the menu mean, and how the hotline speaks."""

from collections.abc import Mapping
from string import Template
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hotline.policy import Policy

ENGLISH_KEY = "5"
STATUS_KEY = "9"
"""The keys of the menu that are no case type."""

LANGUAGES = ("ja", "en")


class Voice(BaseModel):
    """One voice of the telephone company and the language it speaks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[A-Za-z]+\.[A-Za-z0-9-]+$")]
    language: Annotated[str, Field(pattern=r"^[a-z]{2}-[A-Z]{2}$")]


Seconds = Annotated[int, Field(ge=3, le=600)]


class VoicePolicy(Policy):
    """``config/voice.toml``; its comments explain each key."""

    FILE = "voice.toml"

    menu_seconds: Seconds
    ring_seconds: Seconds
    supervisor_ring_seconds: Seconds
    duty_phone_ring_seconds: Seconds
    menu_tries: Annotated[int, Field(ge=1, le=5)]
    status_tries: Annotated[int, Field(ge=1, le=5)]
    queue_seconds: Annotated[int, Field(ge=30, le=3600)]
    voicemail_seconds: Seconds
    voicemail_silence_seconds: Seconds
    voices: dict[str, Voice]
    menu: dict[Annotated[str, Field(pattern=r"^[0-9]$")], str]

    @model_validator(mode="after")
    def _speaks_both_languages(self) -> Self:
        if set(self.voices) != set(LANGUAGES):
            raise ValueError("there must be a voice for ja and one for en, and no other")
        for key, what in ((ENGLISH_KEY, "English"), (STATUS_KEY, "the status of a ticket")):
            if key in self.menu:
                raise ValueError(f"key {key} is {what} and cannot be a case type")
        return self


PLACES: dict[str, frozenset[str]] = {
    "greeting": frozenset({"line"}),
    "recorded": frozenset(),
    "out_of_hours": frozenset({"promise"}),
    "menu": frozenset(),
    "again": frozenset(),
    "ticket": frozenset({"number"}),
    "promised": frozenset({"promise"}),
    "connecting": frozenset(),
    "nobody": frozenset(),
    "voicemail": frozenset(),
    "thanks": frozenset(),
    "goodbye": frozenset(),
    "trouble": frozenset(),
    "whisper": frozenset({"line"}),
    "taken": frozenset(),
    "switch": frozenset(),
    "page_ask": frozenset({"line", "number"}),
    "page_again": frozenset(),
    "page_yours": frozenset({"number"}),
    "page_taken": frozenset(),
    "page_called_off": frozenset(),
    "page_not_taken": frozenset(),
    "page_unsaved": frozenset(),
    "page_trouble": frozenset({"phone"}),
    "out_ask": frozenset({"number"}),
    "out_ask_number": frozenset(),
    "out_dialling": frozenset(),
    "out_not_connected": frozenset(),
    "out_no_answer": frozenset(),
    "out_busy": frozenset(),
    "out_not_reached": frozenset(),
    "out_called_off": frozenset(),
    "out_trouble": frozenset(),
    "status_number": frozenset(),
    "status_code": frozenset(),
    "status_again": frozenset(),
    "status_wrong": frozenset(),
    "status_slowed": frozenset(),
    "status_person": frozenset(),
    "status_told": frozenset({"number", "status"}),
    "status_next": frozenset({"next"}),
    "status_soon": frozenset(),
    "status_late": frozenset(),
    "status_taken": frozenset(),
    "queue_busy": frozenset(),
    "queue_place": frozenset({"position"}),
    "queue_key": frozenset(),
    "unreached": frozenset(),
    "contact_ask": frozenset(),
    "contact_verified": frozenset(),
    "contact_unverified": frozenset(),
    "contact_over": frozenset(),
    "contact_unsaved": frozenset(),
    "contact_trouble": frozenset({"phone"}),
    "offer_ask": frozenset({"by", "function"}),
    "offer_ask_quote": frozenset({"by", "function"}),
    "offer_keys": frozenset(),
    "offer_reasons": frozenset(),
    "offer_reason": frozenset({"key", "reason"}),
    "offer_reasons_again": frozenset(),
    "offer_yours": frozenset(),
    "offer_declined": frozenset(),
    "offer_answered": frozenset(),
    "offer_taken": frozenset(),
    "offer_taken_back": frozenset(),
    "offer_late": frozenset(),
    "offer_unanswered": frozenset(),
    "offer_unsaved": frozenset(),
    "offer_trouble": frozenset({"phone"}),
}
"""Every text the hotline speaks, and the places that may stand in it."""

ONLY_IN = {"switch": "en"}
"""How somebody who does not understand the first language gets the other."""


class TextError(ValueError):
    """A spoken text cannot be used; the message says why."""


def parse_texts(sources: Mapping[str, str], language: str) -> dict[str, Template]:
    """Read the texts of one language, by name.

    Raises TextError with all problems: a missing or unknown text, a broken or unknown place.
    """
    wanted = {name for name in PLACES if ONLY_IN.get(name, language) == language}
    problems = [f"{name}: there is no such text" for name in sorted(set(sources) - wanted)]
    problems += [f"{name}: is missing" for name in sorted(wanted - set(sources))]
    texts = {name: Template(" ".join(text.split())) for name, text in sources.items()}
    for name, text in texts.items():
        problems += _problems_of(name, text)
    if problems:
        raise TextError("; ".join(problems))
    return texts


def _problems_of(name: str, text: Template) -> list[str]:
    if not text.template:
        return [f"{name}: is empty"]
    if not text.is_valid():
        return [f"{name}: holds a $ that names no place; write $$ for a dollar sign"]
    unknown = set(text.get_identifiers()) - PLACES.get(name, frozenset())
    return [f"{name}: uses ${', $'.join(sorted(unknown))}, which it may not"] if unknown else []
