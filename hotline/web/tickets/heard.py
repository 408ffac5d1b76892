"""What the caller said, in words: questions, answers, consents."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from hotline import policy
from hotline.edge.language import current
from hotline.tickets import queries, rules
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.rules import ConsentsPolicy, HearingPolicy, Intake, Question
from hotline.web import formats


def of_ticket(ticket: Ticket) -> dict[str, Any]:
    """What the desk wrote down, and what that proposes."""
    intake = queries.intake_of(ticket)
    return {
        "intake": intake,
        "answers": _answers(intake),
        "consents": _consents(intake),
        "other_kind": _other_kind(intake.other_kind),
        "proposal": rules.proposal(intake, tickets.choices()),
        "tongue": current(),
    }


def _other_kind(code: str) -> str:
    kind = tickets.choices().kinds.kinds.get(code)
    return str(getattr(kind, current(), code))


def _answers(intake: Intake) -> list[tuple[str, str]]:
    """Question and answer in words, in the order of the sheet."""
    known = policy.get(HearingPolicy).by_key
    asked = [key for key in known if key in intake.answers]
    asked += [key for key in intake.answers if key not in known]
    return [
        (str(getattr(known.get(key), current(), key)), _answer(known.get(key), intake.answers[key]))
        for key in asked
    ]


def _answer(question: Question | None, given: Sequence[str]) -> str:
    options = {one.code: getattr(one, current()) for one in question.options} if question else {}
    said = [str(options.get(one, one)) for one in given]
    if question is not None and question.input == "datetime":
        said = [formats.full_moment(datetime.fromisoformat(one)) for one in given]
    return formats.listed(said)


def _consents(intake: Intake) -> list[tuple[str, str]]:
    """Recipient in words, and what was said: yes, no or unasked."""
    codes = {True: "yes", False: "no", None: "unasked"}
    return [
        (getattr(one, current()), codes[intake.consents.get(one.code)])
        for one in policy.get(ConsentsPolicy).recipient
    ]
