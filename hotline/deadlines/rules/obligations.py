"""What the insured has to do after an accident, as ``config/obligations.toml`` writes it down."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hotline.calendars.rules import Label
from hotline.deadlines.rules.ending import NOTE_LETTERS
from hotline.deadlines.rules.law import Answers
from hotline.errors import N_, Invalid, Problem, Refused
from hotline.policy import Policy
from hotline.searchkeys import clean_name

CODE = r"^[a-z][a-z_]{0,29}$"


class Duty(BaseModel):
    """One thing that the insured has to do, or to keep from.

    ``limit`` says by when in words, ``what`` how it is done, ``why`` what it is good for,
    ``source`` where it is written. ``when``: it is owed only where one of these answers was
    given. ``remind_after_hours``: the member is reminded so long after it began, while it is open.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(pattern=CODE)
    label: Label
    limit: Label
    what: Label
    why: Label
    source: Label
    when: Answers = {}
    remind_after_hours: tuple[int, ...] = ()

    @model_validator(mode="after")
    def _reminds_in_order(self) -> Self:
        hours = list(self.remind_after_hours)
        if hours != sorted(set(hours)) or any(one <= 0 for one in hours):
            raise ValueError(f"{self.code}: remind_after_hours rises, from 1 on")
        return self


class ObligationsPolicy(Policy):
    """``config/obligations.toml``: the duties, when they begin, and what every caller is told."""

    FILE: ClassVar[str] = "obligations.toml"

    # What must never be misunderstood: talking to us is not the notice that the insurer waits for.
    no_notice: Label
    then: Label
    # Answers of the hearing sheet by which a company says that it is insured.
    insured: Answers
    obligation: tuple[Duty, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_duty_once(self) -> Self:
        codes = [one.code for one in self.obligation]
        if len(set(codes)) != len(codes):
            raise ValueError("each obligation stands there once")
        return self

    @property
    def by_code(self) -> Mapping[str, Duty]:
        """Code to duty, in the order of the list."""
        return {one.code: one for one in self.obligation}

    @property
    def asked(self) -> frozenset[str]:
        """The questions whose answers decide what is owed."""
        return frozenset(self.insured).union(*(one.when for one in self.obligation))


def says_insured(given: Mapping[str, Collection[str]], policy: ObligationsPolicy) -> bool:
    """Whether these answers (question to codes) say that the company is insured."""
    return _is_given(policy.insured, given)


def owed(given: Mapping[str, Collection[str]], policy: ObligationsPolicy) -> tuple[str, ...]:
    """The codes of what an insured company owes that gave these answers, in their order."""
    return tuple(
        one.code for one in policy.obligation if not one.when or _is_given(one.when, given)
    )


def next_reminder(
    duty: Duty, since: datetime, *, now: datetime, opens: Callable[[datetime], datetime]
) -> datetime | None:
    """When the member is reminded next after ``now``; None when that was the last time.

    ``opens`` moves a moment to the next in which somebody can be reached: nobody is woken for it,
    and the insurer's agent has to be there too.
    """
    planned = (opens(since + timedelta(hours=one)) for one in duty.remind_after_hours)
    return next((at for at in planned if at > now), None)


def check_open(done_at: datetime | None) -> None:
    """Refuse to tick what is ticked already."""
    if done_at is not None:
        raise Refused(N_("This is ticked already."))


def check_untick(done_at: datetime | None, reason: str) -> str:
    """The reason, cleaned. Raises Refused when it is open, and Invalid naming ``note``."""
    if done_at is None:
        raise Refused(N_("This is open already."))
    reason = check_said(reason)
    if not reason:
        raise Invalid({"note": Problem(N_("Say why, in a few words."))})
    return reason


def check_said(note: str) -> str:
    """A note beside a tick, cleaned; it may be empty. Raises Invalid naming ``note``."""
    try:
        return clean_name(note, NOTE_LETTERS)
    except Problem as problem:
        raise Invalid({"note": problem}) from problem


def unknown_duty_answers(
    policy: ObligationsPolicy, sheet: Mapping[str, Collection[str]]
) -> list[str]:
    """A sentence for every answer that is waited for and cannot be given.

    ``sheet``: question to the codes of its options.
    """
    waited = [("insured", policy.insured), *((one.code, one.when) for one in policy.obligation)]
    return [
        f"{ObligationsPolicy.FILE}: {name}: there is no answer {code} to {question}"
        for name, answers in waited
        for question, codes in answers.items()
        for code in codes
        if code not in sheet.get(question, ())
    ]


def _is_given(wanted: Answers, given: Mapping[str, Collection[str]]) -> bool:
    return any(set(codes) & set(given.get(question, ())) for question, codes in wanted.items())
