"""What a story of the demo is told with: a call, and what somebody did next, and when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any


class Came(StrEnum):
    """When the call came, seen from the moment at which the demo is loaded."""

    JUST_NOW = "just_now"
    LATE = "late"
    """So that its promise fell due, and nobody took it up in time."""
    OVER = "over"
    """So that its promise fell due days ago."""
    AT_NIGHT = "at_night"
    """Out of hours, so that its promise fell due days ago."""


class Since(StrEnum):
    """From when on the time of a step is counted."""

    THE_CALL = "the_call"
    THE_PROMISE = "the_promise"
    """The promised moment; of a call that has just come, the call."""
    NOW = "now"
    """The moment at which the demo is loaded: what is under way; ``after`` is negative."""


@dataclass(frozen=True)
class Step:
    """What somebody did next, and when."""

    verb: str
    after: timedelta = timedelta(minutes=5)
    facts: Mapping[str, Any] = field(default_factory=dict)
    since: Since = Since.THE_PROMISE


@dataclass(frozen=True)
class Story:
    """One call: from which company, what was written down, and what was done since."""

    came: Came
    member: str
    intake: Mapping[str, Any]
    steps: tuple[Step, ...] = ()
    line: str = "jnx"


def ago(verb: str, minutes: int, **facts: Any) -> Step:
    """A step so many minutes before the demo is loaded."""
    return Step(verb, -timedelta(minutes=minutes), facts, Since.NOW)


def after(verb: str, minutes: int = 5, **facts: Any) -> Step:
    """A step so many minutes after the promised moment."""
    return Step(verb, timedelta(minutes=minutes), facts)
