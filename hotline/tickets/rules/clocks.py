"""From which moments limits are counted: who knew what, and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hotline.deadlines.rules import Facts, Start
from hotline.tickets.rules.hearing import HearingPolicy, Question
from hotline.tickets.rules.intake import Intake

WHO: Mapping[str, str] = {"discovered_at": "discovered_by"}
"""Field of a moment to the field that says who knew."""


@dataclass(frozen=True)
class ClockStart:
    """The moment from which limits of one kind are counted, as the caller said it.

    ``code``: as config/hearing.toml names it. ``by_whom``: who knew, "" when nobody was named.
    ``heard_at`` and ``heard_by_id``: when it was written down and by whom, None where the ticket
    keeps no record of its own for it.
    """

    code: str
    at: datetime
    by_whom: str
    question: str
    heard_at: datetime | None = None
    heard_by_id: int | None = None


def clock_starts(intake: Intake, hearing: HearingPolicy) -> tuple[ClockStart, ...]:
    """Every start that is known, in the order of asking."""
    return tuple(
        ClockStart(one.clock, at, getattr(intake, WHO.get(one.field or "", ""), ""), one.key)
        for one in hearing.question
        if one.clock is not None and (at := _moment(intake, one)) is not None
    )


def deadline_facts(
    intake: Intake,
    hearing: HearingPolicy,
    received_at: datetime,
    heard: Mapping[str, datetime],
) -> Facts:
    """What legal clocks must know of a ticket; ``heard``: question to when it was written down.

    Answers to questions that are not on the sheet of these case types do not count.
    """
    sheet = {one.key for one in hearing.sheet(intake.case_types, intake.other_kind)}
    starts = clock_starts(intake, hearing)
    return Facts(
        case_types=intake.case_types,
        answers={key: answer for key, answer in intake.answers.items() if key in sheet},
        starts={Start(one.code): (one.at, one.by_whom) for one in starts if one.code in set(Start)},
        received_at=received_at,
        heard=heard,
    )


def _moment(intake: Intake, question: Question) -> datetime | None:
    if question.field is not None:
        at = getattr(intake, question.field)
        return at if isinstance(at, datetime) else None
    answer = intake.answers.get(question.key)
    return datetime.fromisoformat(answer[0]) if answer else None
