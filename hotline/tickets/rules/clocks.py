"""From which moments limits are counted: who knew what, and when."""

from collections.abc import Mapping
from datetime import datetime

from hotline.deadlines.rules import Facts, Start
from hotline.tickets.rules.hearing import HearingPolicy, Question
from hotline.tickets.rules.intake import Intake

WHO: Mapping[str, str] = {"discovered_at": "discovered_by"}
"""Field of a moment to the field that says who knew."""

COUNTED = frozenset(Start)
"""What limits are counted from; config/hearing.toml may name other moments."""


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
    return Facts(
        case_types=intake.case_types,
        answers={key: answer for key, answer in intake.answers.items() if key in sheet},
        starts=_starts(intake, hearing),
        received_at=received_at,
        heard=heard,
    )


def _starts(intake: Intake, hearing: HearingPolicy) -> dict[Start, tuple[datetime, str]]:
    """The moments that are known, each with who knew; "" when nobody was named."""
    return {
        Start(one.clock): (at, getattr(intake, WHO.get(one.field or "", ""), ""))
        for one in hearing.question
        if one.clock in COUNTED and (at := _moment(intake, one)) is not None
    }


def _moment(intake: Intake, question: Question) -> datetime | None:
    if question.field is not None:
        at = getattr(intake, question.field)
        return at if isinstance(at, datetime) else None
    answer = intake.answers.get(question.key)
    return datetime.fromisoformat(answer[0]) if answer else None
