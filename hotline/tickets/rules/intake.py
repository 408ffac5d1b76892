"""What the desk writes down while the caller talks, and what of it cannot be used."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from typing import Any

from hotline.errors import N_, Invalid, Problem, Refused
from hotline.people.rules import clean_email
from hotline.searchkeys import clean_name, clean_text
from hotline.tickets.rules.case_types import OTHER, CaseTypesPolicy, Severity
from hotline.tickets.rules.consents import ConsentsPolicy, check_consents
from hotline.tickets.rules.hearing import (
    HearingPolicy,
    Question,
    check_answers,
    with_fields,
)
from hotline.tickets.rules.report import (
    AHEAD_OF_CLOCK,
    NAME_LETTERS,
    SUMMARY_LETTERS,
    check_case_types,
    check_severity,
)
from hotline.tickets.rules.severity import Proposal, propose

PHONE_LETTERS = 60
EMAIL_LETTERS = 254
NUMBER_LETTERS = 40
REASON_LETTERS = 500
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""An incident before this is a slip of the pen."""


class Stale(Refused):
    """Somebody else saved the ticket meanwhile; both versions are to be shown side by side."""

    def __init__(self) -> None:
        super().__init__(
            N_("Somebody else saved this ticket in the meantime. Please compare both versions.")
        )


@dataclass(frozen=True)
class Intake:
    """Everything that can be written down while the caller talks.

    ``answers``: question key to codes of options or one text; what is left out stays as it is,
    an empty answer takes it away. ``consents``: recipient to yes or no, None while it was not
    asked; what is left out stays. ``severity``: None means as proposed.
    """

    case_types: tuple[str, ...] = ()
    other_kind: str = ""
    company: str = ""
    member_number: str = ""
    site: str = ""
    caller_name: str = ""
    caller_kana: str = ""
    caller_title: str = ""
    caller_phone: str = ""
    callback_phone: str = ""
    callback_hours: str = ""
    caller_email: str = ""
    safe_phone: str = ""
    safe_email: str = ""
    company_channels_unsafe: bool = False
    occurred_at: datetime | None = None
    discovered_at: datetime | None = None
    discovered_by: str = ""
    summary: str = ""
    answers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    consents: Mapping[str, bool | None] = field(default_factory=dict)
    severity: str | None = None
    severity_reason: str = ""


LIMITS: dict[str, tuple[Callable[[str, int], str], int]] = {
    "company": (clean_name, NAME_LETTERS),
    "member_number": (clean_name, NUMBER_LETTERS),
    "site": (clean_name, NAME_LETTERS),
    "caller_name": (clean_name, NAME_LETTERS),
    "caller_kana": (clean_name, NAME_LETTERS),
    "caller_title": (clean_name, NAME_LETTERS),
    "caller_phone": (clean_name, PHONE_LETTERS),
    "callback_phone": (clean_name, PHONE_LETTERS),
    "callback_hours": (clean_name, NAME_LETTERS),
    "caller_email": (clean_name, EMAIL_LETTERS),
    "safe_phone": (clean_name, PHONE_LETTERS),
    "safe_email": (clean_name, EMAIL_LETTERS),
    "discovered_by": (clean_name, NAME_LETTERS),
    "summary": (clean_text, SUMMARY_LETTERS),
    "severity_reason": (clean_name, REASON_LETTERS),
}
"""Field to how its text is cleaned and how many letters it may have."""

ADDRESSES = ("caller_email", "safe_email")
MOMENTS = ("occurred_at", "discovered_at")

FACTS = tuple(
    one.name
    for one in fields(Intake)
    if one.name not in {"case_types", "answers", "consents", "severity", "severity_reason"}
)
"""The fields that stand in the ticket's own row just as they are."""


@dataclass(frozen=True)
class Choices:
    """The files that say what can be chosen."""

    kinds: CaseTypesPolicy
    hearing: HearingPolicy
    consents: ConsentsPolicy


def check_intake(intake: Intake, choices: Choices, *, now: datetime) -> Intake:
    """The intake with its texts cleaned. Raises Invalid naming every field that cannot be used.

    The names are those of Intake, and ``answers.<key>`` and ``consents.<code>``. Nothing has to
    be known: an intake is never held up.
    """
    problems: dict[str, Problem] = {}
    values = _cleaned_texts(intake, problems)
    _check_moments(intake, now, problems)
    check_case_types(intake.case_types, choices.kinds, problems)
    check_severity(intake.severity, problems)
    values["other_kind"] = _checked_kind(intake, choices.kinds, problems)
    for name, check, policy in (
        ("answers", check_answers, choices.hearing),
        ("consents", check_consents, choices.consents),
    ):
        values[name] = _checked_group(name, check, policy, intake, problems)
    if problems:
        raise Invalid(problems)
    return replace(intake, **values)


def _cleaned_texts(intake: Intake, problems: dict[str, Problem]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, (clean, limit) in LIMITS.items():
        try:
            values[name] = clean(getattr(intake, name), limit)
            if name in ADDRESSES and values[name]:
                values[name] = clean_email(values[name])
        except Problem as problem:
            problems[name] = problem
    return values


def _check_moments(intake: Intake, now: datetime, problems: dict[str, Problem]) -> None:
    for name in MOMENTS:
        at = getattr(intake, name)
        if at is not None and at > now + AHEAD_OF_CLOCK:
            problems[name] = Problem(N_("This time is still ahead of us."))
        elif at is not None and at < EARLIEST:
            problems[name] = Problem(N_("This time is too long ago."))


def _checked_kind(intake: Intake, kinds: CaseTypesPolicy, problems: dict[str, Problem]) -> str:
    """The kind of "other"; what was ticked before another type was chosen does not count."""
    if OTHER not in intake.case_types:
        return ""
    if intake.other_kind and intake.other_kind not in kinds.kinds:
        problems["other_kind"] = Problem(
            N_("There are only these kinds: %(codes)s."), codes=", ".join(kinds.kinds)
        )
    return intake.other_kind


def _checked_group(
    name: str,
    check: Callable[..., Mapping[str, Any]],
    policy: object,
    intake: Intake,
    problems: dict[str, Problem],
) -> dict[str, Any]:
    """The group as it is kept, with what was emptied still in it."""
    given: Mapping[str, Any] = getattr(intake, name)
    try:
        return {**dict.fromkeys(given), **check(policy, given)}
    except Invalid as invalid:
        problems.update(invalid.fields)
    return {}


def merged(was: Intake, given: Intake) -> Intake:
    """What will be known after ``given`` is saved over ``was``: nothing unmentioned is lost."""
    answers = {**was.answers, **given.answers}
    consents = {**was.consents, **given.consents}
    return replace(
        given,
        answers={key: list(answer) for key, answer in answers.items() if answer},
        consents={code: answer for code, answer in consents.items() if answer is not None},
    )


def changes(was: Intake, will: Intake) -> list[str]:
    """Names of the fields that differ, as ``check_intake`` names them; severity has its own."""
    plain = (*FACTS, "case_types")
    changed = [name for name in plain if getattr(was, name) != getattr(will, name)]
    for group in ("answers", "consents"):
        before, after = getattr(was, group), getattr(will, group)
        names = sorted({*before, *after})
        changed += [f"{group}.{name}" for name in names if before.get(name) != after.get(name)]
    return changed


def says_the_same(was: Intake, will: Intake) -> bool:
    """Whether saving ``will`` would change nothing: the same form sent twice."""
    severity = will.severity in (None, was.severity)
    reason = will.severity_reason == was.severity_reason
    return severity and reason and not changes(was, will)


def proposal(intake: Intake, choices: Choices) -> Proposal:
    """How grave it looks by everything that is written down."""
    return propose(
        intake.case_types,
        with_fields(choices.hearing, intake.answers, vars(intake)),
        intake.other_kind,
        kinds=choices.kinds,
        hearing=choices.hearing,
    )


def answered(intake: Intake, questions: Iterable[Question]) -> list[str]:
    """Keys of the questions that have an answer, in the ticket's own fields or among the rest."""
    return [
        one.key
        for one in questions
        if (getattr(intake, one.field) if one.field else intake.answers.get(one.key))
    ]


def is_judged(intake: Intake) -> bool:
    """Whether enough was written down for the severity to be somebody's judgement."""
    return bool(intake.case_types or intake.answers or intake.severity)


def graver(one: str, other: str) -> bool:
    """Whether the first severity is graver than the second: p1 is the gravest."""
    return Severity(one) < Severity(other)


@dataclass(frozen=True)
class Judgement:
    """How grave an incident is, and why a person says so ("" when the answers do)."""

    severity: Severity
    reason: str = ""


@dataclass(frozen=True)
class Standing:
    """What stood before a save: the judgement, None while there is none, and what was proposed."""

    judged: Judgement | None
    proposed: Severity


def judge(
    standing: Standing,
    proposed: Severity,
    chosen: str | None,
    reason: str,
    *,
    may_lower: bool,
) -> Judgement:
    """The severity after a save: raising is free, lowering needs a supervisor and a reason.

    What a supervisor lowered stays so until the answers propose more than they did then.
    Raises Invalid for ``severity`` or ``severity_reason``.
    """
    least = _at_least(standing, proposed)
    was = standing.judged
    if chosen is None or (was is not None and chosen == was.severity):
        kept = was is None or least == was.severity or reason != was.reason
        return Judgement(least, reason if kept else "")
    if graver(least, chosen):
        _check_lowering(reason, may_lower=may_lower)
    return Judgement(Severity(chosen), reason)


def _at_least(standing: Standing, proposed: Severity) -> Severity:
    if standing.judged is None:
        return proposed
    if graver(proposed, standing.proposed):
        return min(standing.judged.severity, proposed)
    return standing.judged.severity


def _check_lowering(reason: str, *, may_lower: bool) -> None:
    problems: dict[str, Problem] = {}
    if not may_lower:
        problems["severity"] = Problem(N_("Only a supervisor may lower the severity."))
    if not reason.strip():
        problems["severity_reason"] = Problem(N_("Say why, in a few words."))
    if problems:
        raise Invalid(problems)


def is_a_fact(field_name: str) -> bool:
    """Whether this changed field has no line of its own in the story."""
    return field_name in FACTS or field_name.startswith("answers.")


def said(before: bool | None, given: bool | None) -> str:
    """What the caller said about telling others: yes, no, or withdrawn after a yes."""
    if given:
        return "yes"
    return "withdrawn" if before else "no"
