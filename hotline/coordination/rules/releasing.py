"""What partners may be told, piece by piece, in both languages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hotline.errors import N_, Invalid, Problem
from hotline.policy import Policy
from hotline.searchkeys import clean_text
from hotline.tickets.rules import Question, Severity
from hotline.tickets.rules.words import Code, Words, check_once

ANSWER = "answers."
FILE = "file:"
PIECE_LETTERS = 4000

PIECES = (
    "company",
    "site",
    "caller",
    "contact",
    "callback_hours",
    "case_types",
    "severity",
    "summary",
    "occurred_at",
    "discovered_at",
    "discovered_by",
    "received_at",
    "clocks",
    "advice",
)
"""What of a ticket can be released one by one, beside each answer and each file."""


class Piece(Words):
    """One fact that can be released, by its code and its name."""

    code: Code


class Heading(Words):
    """One part of the brief: the provision it answers, and the pieces that stand there."""

    code: Code
    ref: str
    shows: tuple[str, ...]


class AroundTheBrief(BaseModel):
    """The words around the brief."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Words
    number: Words
    partner: Words
    as_of: Words
    use: Words
    untranslated: Words


class ReleasingPolicy(Policy):
    """``config/releasing.toml``: names of the pieces, words in both languages, the brief."""

    FILE: ClassVar[str] = "releasing.toml"

    ask: Words
    piece: tuple[Piece, ...]
    severities: dict[Severity, Words]
    zone: Words
    unsafe: Words
    clock: Words
    end_of_day: Words
    brief: AroundTheBrief
    heading: tuple[Heading, ...] = Field(min_length=1)
    others: Words
    nothing: Words

    @model_validator(mode="after")
    def _every_piece_has_a_name(self) -> Self:
        named = [one.code for one in self.piece]
        check_once("the piece", named)
        if set(named) != set(PIECES):
            raise ValueError(f"there are exactly these pieces: {', '.join(PIECES)}")
        if set(self.severities) != set(Severity):
            raise ValueError("every severity has words: p1 to p4")
        return self

    @model_validator(mode="after")
    def _everything_stands_once(self) -> Self:
        shown = [code for one in self.heading for code in one.shows]
        check_once("the piece under a heading", shown)
        unknown = [one for one in shown if one not in PIECES and not one.startswith(ANSWER)]
        if unknown:
            raise ValueError(f"a heading shows {', '.join(unknown)}, which is no piece")
        return self


@dataclass(frozen=True)
class Both:
    """Words in both languages; ``en`` is "" where nobody translated what somebody typed."""

    ja: str = ""
    en: str = ""


def both(words: Words) -> Both:
    """Configured words."""
    return Both(words.ja, words.en)


def checked(
    pieces: Mapping[str, tuple[str, str]], questions: Iterable[str]
) -> dict[str, tuple[str, str]]:
    """The pieces with clean words. Raises Invalid naming each that cannot be released.

    ``questions``: the keys there are. The fields are named as the pieces; "pieces" when there
    is none at all.
    """
    if not pieces:
        raise Invalid({"pieces": Problem(N_("Choose at least one thing to release."))})
    known = {*PIECES, *(f"{ANSWER}{key}" for key in questions)}
    clean: dict[str, tuple[str, str]] = {}
    problems: dict[str, Problem] = {}
    for code, words in pieces.items():
        try:
            clean[code] = _checked(code in known, *words)
        except Problem as problem:
            problems[code] = problem
    if problems:
        raise Invalid(problems)
    return clean


def _checked(known: bool, ja: str, en: str) -> tuple[str, str]:
    if not known:
        raise Problem(N_("There is no such fact to release."))
    words = clean_text(ja.strip(), PIECE_LETTERS), clean_text(en.strip(), PIECE_LETTERS)
    if not any(words):
        raise Problem(N_("There are no words to release."))
    return words


def file_piece(file_id: int) -> str:
    """How a file is named among what was released."""
    return f"{FILE}{file_id}"


def label(code: str, policy: ReleasingPolicy, questions: Mapping[str, Question]) -> Both:
    """The name of a piece; the code itself when the configuration knows it no more."""
    named: dict[str, Words] = {one.code: one for one in policy.piece}
    named |= {f"{ANSWER}{key}": one for key, one in questions.items()}
    found = named.get(code)
    return both(found) if found is not None else Both(code, code)


def thread_of(task_id: int, vendor_id: int) -> str:
    """The thread of a task with one partner: whoever comes after it reads nothing of it."""
    return f"task:{task_id}:vendor:{vendor_id}"
