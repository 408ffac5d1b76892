"""How a call ended, and why nothing more is owed to somebody whom nobody reached."""

from collections.abc import Mapping
from typing import ClassVar, Self

from pydantic import Field, model_validator

from hotline.errors import N_, Problem
from hotline.policy import Policy
from hotline.searchkeys import clean_text
from hotline.tickets.rules.words import TypeCode, Words, check_once

NOTE_LETTERS = 2000
REASON_LETTERS = 500
MOST_AT_ONCE = 200
"""So many missed calls are taken off the list with one button."""


class MissedReason(Words):
    """Why a missed call is off the list; ``needs_note`` asks for a word of explanation."""

    code: TypeCode
    needs_note: bool = False


class Disposition(Words):
    """How a call ended; ``ends`` says that the caller needs nothing more from us."""

    code: TypeCode
    hint: Words | None = None
    ends: bool = False
    needs_note: bool = False


class DispositionsPolicy(Policy):
    """``config/dispositions.toml``; its comments explain each key."""

    FILE: ClassVar[str] = "dispositions.toml"

    disposition: tuple[Disposition, ...] = Field(min_length=1)
    missed: tuple[MissedReason, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _codes_are_unique(self) -> Self:
        codes = [one.code for one in self.disposition] + [one.code for one in self.missed]
        check_once("the code", codes)
        return self

    @property
    def by_code(self) -> Mapping[str, Disposition]:
        """Code to how a call ended, in order."""
        return {one.code: one for one in self.disposition}

    @property
    def reasons(self) -> Mapping[str, MissedReason]:
        """Code to why a missed call is off the list, in order."""
        return {one.code: one for one in self.missed}


def check_note(
    note: str,
    chosen: Disposition | MissedReason | None,
    wrong: dict[str, Problem],
    *,
    letters: int = NOTE_LETTERS,
) -> str:
    """The note as it is kept; what is wrong with it goes into ``wrong`` under "note"."""
    try:
        note = clean_text(note, letters).strip()
    except Problem as problem:
        wrong["note"] = problem
        return ""
    if chosen is not None and chosen.needs_note and not note:
        wrong["note"] = Problem(N_("Say why, in a few words."))
    return note
