"""Where a call stands, what the keys of the menu mean, and how the hotline speaks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from string import Template
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hotline.errors import N_, Invalid, Problem
from hotline.policy import Policy
from hotline.tickets.rules import AHEAD_OF_CLOCK

ENGLISH_KEY = "5"
LANGUAGES = ("ja", "en")
NUMBER_LETTERS = 60

FORGOTTEN_AFTER = timedelta(hours=1)
"""A call that still rings after this was lost on the way: nobody told us how it ended."""

PRESSED_TWICE = timedelta(seconds=10)
"""Within so short a time nobody takes a second call: the button was pressed twice."""

WAITS_TOO_LONG = timedelta(minutes=15)
"""A missed call that nobody dealt with for so long needs attention."""


class Status(StrEnum):
    """Where a call stands; in the order in which it can only go forward."""

    RINGING = "ringing"
    """It came; nobody took it yet."""
    ANSWERED = "answered"
    """A person pressed a key to take it."""
    MISSED = "missed"
    """It ended before a person took it."""
    VOICEMAIL = "voicemail"
    """Nobody took it, and the caller left a message."""
    DONE = "done"
    """A person took it, and it ended. Nothing changes this any more."""


UNREACHED = frozenset({Status.MISSED, Status.VOICEMAIL})
"""Nobody was reached: somebody must deal with it."""


class Event(StrEnum):
    """What the telephone company tells us about a call, in our words."""

    RINGING = "ringing"
    CONNECTED = "connected"
    ENDED = "ended"


class Kind(StrEnum):
    """What happened on the telephone and has to be on record."""

    CAME = "came"
    CHOSE = "chose"
    ACCEPTED = "accepted"
    TOLD = "told"
    RECORDED = "recorded"
    TEXTED = "texted"


@dataclass(frozen=True)
class Happening:
    """One thing that happened on the telephone at ``at``; which facts it has depends on ``kind``.

    It is all that is needed to put it on record, now or from a file when the database is back.
    """

    kind: Kind
    at: datetime
    call_sid: str = ""
    from_number: str = ""
    """E.164, or "" when the caller withheld it."""
    to_number: str = ""
    key: str = ""
    person_id: int | None = None
    event: Event | None = None
    sequence: int = 0
    recording_sid: str = ""
    seconds: int = 0
    message_sid: str = ""
    body: str = ""


def status_of(*, answered: bool, ended: bool, recorded: bool) -> Status:
    """The status that follows from all that is known of a call, in whatever order it was learnt."""
    if answered:
        return Status.DONE if ended or recorded else Status.ANSWERED
    if recorded:
        return Status.VOICEMAIL
    return Status.MISSED if ended else Status.RINGING


class Voice(BaseModel):
    """One voice of the telephone company and the language it speaks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[A-Za-z]+\.[A-Za-z0-9-]+$")]
    language: Annotated[str, Field(pattern=r"^[a-z]{2}-[A-Z]{2}$")]


Seconds = Annotated[int, Field(ge=3, le=600)]


class VoicePolicy(Policy):
    """``config/voice.toml``; its comments explain each key."""

    FILE = "voice.toml"

    record_calls: bool
    menu_seconds: Seconds
    ring_seconds: Seconds
    supervisor_ring_seconds: Seconds
    duty_phone_ring_seconds: Seconds
    menu_tries: Annotated[int, Field(ge=1, le=5)]
    voicemail_seconds: Seconds
    voicemail_silence_seconds: Seconds
    voices: dict[str, Voice]
    menu: dict[Annotated[str, Field(pattern=r"^[0-9]$")], str]

    @model_validator(mode="after")
    def _speaks_both_languages(self) -> Self:
        if set(self.voices) != set(LANGUAGES):
            raise ValueError("there must be a voice for ja and one for en, and no other")
        if ENGLISH_KEY in self.menu:
            raise ValueError(f"key {ENGLISH_KEY} is English and cannot be a case type")
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


def check_entered(
    *, line: str, lines: tuple[str, ...], received_at: datetime, now: datetime
) -> None:
    """Refuse a call entered by hand with an unknown line or a time that is still to come."""
    wrong: dict[str, Problem] = {}
    if line not in lines:
        wrong["line"] = Problem(
            N_("There are only these lines: %(codes)s."), codes=", ".join(lines)
        )
    if received_at > now + AHEAD_OF_CLOCK:
        wrong["received_at"] = Problem(N_("This time is still ahead of us."))
    if wrong:
        raise Invalid(wrong)


def is_owed(status: str, *, received_at: datetime, now: datetime) -> bool:
    """Whether somebody must still deal with a call: nobody was reached, or its end was lost."""
    if status == Status.RINGING:
        return received_at <= now - FORGOTTEN_AFTER
    return status in UNREACHED
