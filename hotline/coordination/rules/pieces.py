"""What of a ticket could be released now, in words of both languages."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from string import Template
from typing import Protocol

from hotline.calendars.rules import on
from hotline.coordination.rules.releasing import ANSWER, Both, ReleasingPolicy, both
from hotline.notices.rules import LANGUAGES, local_time
from hotline.tickets.rules import Choices, Intake, Question, Reachable, Severity
from hotline.tickets.rules.words import Words


@dataclass(frozen=True)
class Proposed:
    """One piece as it could be released now.

    ``typed``: somebody typed the words, so that a translation has to be typed as well; the
    others come in both languages by themselves.
    """

    code: str
    label: Both
    words: Both
    typed: bool = False


@dataclass(frozen=True)
class Runs:
    """A legal clock that runs: its name, from when, and its end; a date means that day's end."""

    name: Both
    since: datetime
    until: datetime | date


class Spoken(Protocol):
    """One line of advice as it was said."""

    @property
    def ja(self) -> str: ...
    @property
    def en(self) -> str: ...


@dataclass(frozen=True)
class Known:
    """All that is known of a ticket and could be released.

    ``contacts``: those that may be used. ``severity`` is "" until somebody judged it.
    """

    intake: Intake
    contacts: Reachable
    received_at: datetime
    severity: str = ""
    advice: Sequence[Spoken] = ()
    clocks: Sequence[Runs] = ()


def moment(at: datetime, policy: ReleasingPolicy) -> Both:
    """A time as people in Japan and abroad read it, with its zone."""
    ja, en = local_time(at, "ja"), local_time(at, "en")
    return Both(ja=f"{ja}（{policy.zone.ja}）", en=f"{en}, {policy.zone.en}")


def proposed(known: Known, policy: ReleasingPolicy, choices: Choices) -> list[Proposed]:
    """Every piece that has words, in the order of ``PIECES``, then the answers as asked."""
    words = {**_typed(known.intake), **_told(known, policy, choices)}
    facts = [
        Proposed(one.code, both(one), words[one.code], one.code in TYPED)
        for one in policy.piece
        if one.code in words and words[one.code].ja
    ]
    questions = choices.hearing.by_key
    asked = [questions[key] for key in questions if known.intake.answers.get(key)]
    return facts + [_answered(one, known.intake.answers[one.key], policy) for one in asked]


TYPED = frozenset({"company", "site", "caller", "callback_hours", "summary", "discovered_by"})
"""Pieces in the words of whoever typed them."""


def _typed(intake: Intake) -> dict[str, Both]:
    kana = f"（{intake.caller_kana}）" if intake.caller_name and intake.caller_kana else ""
    caller = [f"{intake.caller_name}{kana}", intake.caller_title]
    texts = {
        "company": intake.company,
        "site": intake.site,
        "caller": "\n".join(part for part in caller if part),
        "callback_hours": intake.callback_hours,
        "summary": intake.summary,
        "discovered_by": intake.discovered_by,
    }
    return {code: Both(ja=text) for code, text in texts.items()}


def _told(known: Known, policy: ReleasingPolicy, choices: Choices) -> dict[str, Both]:
    """What has words in both languages by itself."""
    intake = known.intake
    moments = {
        "occurred_at": intake.occurred_at,
        "discovered_at": intake.discovered_at,
        "received_at": known.received_at,
    }
    told = {code: moment(at, policy) for code, at in moments.items() if at is not None}
    told["contact"] = _contact(known.contacts, policy)
    told["case_types"] = _case_types(intake, choices)
    told["clocks"] = _clocks(known.clocks, policy)
    told["advice"] = _lines(known.advice)
    if known.severity:
        words = policy.severities[Severity(known.severity)]
        told["severity"] = both(words)
    return told


def _contact(contacts: Reachable, policy: ReleasingPolicy) -> Both:
    """What was named as safe is told alone; nobody is led to a channel the attacker reads."""
    safe = [one for one in (contacts.safe_phone, contacts.safe_email) if one]
    usual = (contacts.callback_phone or contacts.caller_phone, contacts.caller_email)
    ways = "\n".join(safe or [one for one in usual if one])
    if not ways or not contacts.company_channels_unsafe:
        return Both(ja=ways, en=ways)
    return Both(ja=f"{ways}\n{policy.unsafe.ja}", en=f"{ways}\n{policy.unsafe.en}")


def _clocks(running: Sequence[Runs], policy: ReleasingPolicy) -> Both:
    by_tongue = {
        tongue: "\n".join(_clock(one, tongue, policy) for one in running) for tongue in LANGUAGES
    }
    return Both(**by_tongue)


def _clock(one: Runs, tongue: str, policy: ReleasingPolicy) -> str:
    words = Template(getattr(policy.clock, tongue))
    return words.substitute(
        name=getattr(one.name, tongue),
        since=local_time(one.since, tongue),
        until=_end(one.until, tongue, policy),
    )


def _end(until: datetime | date, tongue: str, policy: ReleasingPolicy) -> str:
    if isinstance(until, datetime):
        return str(getattr(moment(until, policy), tongue))
    day = on(until, tongue, with_year=True)
    return Template(getattr(policy.end_of_day, tongue)).substitute(day=day)


def _case_types(intake: Intake, choices: Choices) -> Both:
    known = choices.kinds.by_code
    names: list[Words] = [known[code] for code in intake.case_types if code in known]
    if intake.other_kind in choices.kinds.kinds:
        names.append(choices.kinds.kinds[intake.other_kind])
    return _listed(names)


def _lines(said: Iterable[Spoken]) -> Both:
    lines = list(said)
    return Both(
        ja="\n".join(f"・{one.ja}" for one in lines), en="\n".join(f"- {one.en}" for one in lines)
    )


def _listed(words: Sequence[Words]) -> Both:
    return Both(ja="・".join(one.ja for one in words), en="; ".join(one.en for one in words))


def _answered(question: Question, answer: Sequence[str], policy: ReleasingPolicy) -> Proposed:
    label = both(question)
    code = f"{ANSWER}{question.key}"
    if question.has_options:
        ticked = _listed([one for one in question.options if one.code in answer])
        return Proposed(code, label, ticked)
    if question.input in SAID_BY_INPUT:
        return Proposed(code, label, SAID_BY_INPUT[question.input](answer[0], policy))
    return Proposed(code, label, Both(ja=answer[0]), typed=True)


def _number(text: str, _policy: ReleasingPolicy) -> Both:
    return Both(ja=f"{int(text):,}", en=f"{int(text):,}")


def _moment(text: str, policy: ReleasingPolicy) -> Both:
    return moment(datetime.fromisoformat(text), policy)


SAID_BY_INPUT: dict[str, Callable[[str, ReleasingPolicy], Both]] = {
    "number": _number,
    "datetime": _moment,
    "phone": lambda text, _policy: Both(ja=text, en=text),
}
"""Input to how its answer is said in both languages."""
