"""The lines that ring here, and what a shift of duty must be like."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hotline.calendars.rules import Label
from hotline.errors import N_, Invalid, Problem, Refused
from hotline.people.rules import DESK, Role
from hotline.policy import Policy

NOBODYS_PHONE = "+815000000000"
"""What the shipped ``lines.toml`` holds in place of a duty phone."""

E164 = Annotated[str, Field(pattern=r"^\+[1-9][0-9]{6,14}$")]

DUTIES = tuple(role for role in Role if role in DESK)
"""The roles somebody can be on duty in, in the order of ringing."""


class LineRule(BaseModel):
    """One line of ``config/lines.toml``; its comments explain each key."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,19}$")]
    label: Label
    short: Label
    called: tuple[E164, ...]
    displayed: Annotated[str, Field(min_length=1, max_length=20)]
    calendar: Literal["hotline"]
    duty_phone: E164
    recording: Literal["off", "announced"]
    terms: Annotated[tuple[Label, ...], Field(min_length=1)]
    default: bool = False

    @property
    def is_recorded(self) -> bool:
        """Whether conversations are recorded; who calls is told so before anything else."""
        return self.recording == "announced"


class LinesPolicy(Policy):
    """``config/lines.toml``: every line with its numbers, one of them the default."""

    FILE = "lines.toml"

    lines: tuple[LineRule, ...]

    @model_validator(mode="after")
    def _each_number_leads_to_one_line(self) -> Self:
        _once("code", [line.code for line in self.lines])
        _once("called number", [number for line in self.lines for number in line.called])
        if sum(line.default for line in self.lines) != 1:
            raise ValueError("exactly one line must say default = true")
        return self

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of all lines, in the order of the file."""
        return tuple(line.code for line in self.lines)

    def line(self, code: str) -> LineRule:
        """The line with this code. Raises KeyError when there is none."""
        return {line.code: line for line in self.lines}[code]

    def line_for_called_number(self, number: str) -> LineRule:
        """The line that ``number`` (E.164) rings; the default line when no line names it."""
        for line in self.lines:
            if number in line.called:
                return line
        return next(line for line in self.lines if line.default)

    def lines_that_reach_nobody(self) -> tuple[str, ...]:
        """Codes of the lines whose duty phone was never set."""
        return tuple(line.code for line in self.lines if line.duty_phone == NOBODYS_PHONE)


def _once(what: str, values: list[str]) -> None:
    twice = sorted({value for value in values if values.count(value) > 1})
    if twice:
        raise ValueError(f"the {what} {', '.join(twice)} is given twice")


def check_shift(
    role: str, *, held: frozenset[str], starts_at: datetime, ends_at: datetime, now: datetime
) -> None:
    """Refuse a shift that runs backwards or is over, or in a role the person does not hold."""
    wrong: dict[str, Problem] = {}
    if not starts_at < ends_at:
        wrong["ends_at"] = Problem(N_("A shift must end after it begins."))
    elif ends_at <= now:
        wrong["ends_at"] = Problem(N_("This shift would be over already."))
    if role not in DUTIES:
        wrong["role"] = Problem(N_("Nobody can be on duty in this role."))
    elif role not in held:
        wrong["person"] = Problem(N_("This person does not hold the role of this shift."))
    if wrong:
        raise Invalid(wrong)


def check_removable(*, starts_at: datetime, now: datetime) -> None:
    """Refuse to remove a shift that has begun: it is history, and can only be ended."""
    if starts_at <= now:
        raise Refused(N_("This shift has begun. End it instead."))


def check_running(*, starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    """Refuse to end a shift that has not begun or is over."""
    if now <= starts_at:
        raise Refused(N_("This shift has not begun. Remove it instead."))
    if ends_at <= now:
        raise Refused(N_("This shift is over already."))
