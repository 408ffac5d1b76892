"""A line of a ticket's story as a sentence, in the language of the answer."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from hotline import policy
from hotline.calendars import rules as calendars
from hotline.calls.rules import DispositionsPolicy
from hotline.clock import TOKYO
from hotline.coordination.rules import FILE, FunctionsPolicy, ReleasingPolicy, label
from hotline.deadlines.rules import DeadlinesPolicy, ObligationsPolicy
from hotline.duty.rules import LinesPolicy
from hotline.edge import language, words
from hotline.edge.language import gettext
from hotline.errors import N_
from hotline.tickets.rules import (
    CaseTypesPolicy,
    ConsentsPolicy,
    HearingPolicy,
    ReferralsPolicy,
    spaced,
)
from hotline.timeline.models import Line
from hotline.timeline.rules import SENTENCES, Event

WITHOUT: dict[Event, tuple[tuple[str, str], ...]] = {
    Event.OPENED: (("case_types", N_("The ticket was opened.")),),
    Event.MOVED_ON: (("reason", N_("The status is now: %(status)s.")),),
    Event.CLOSED: (("reason", N_("The ticket was closed.")),),
    Event.ASSESSED: (("reason", N_("The severity is now %(severity)s.")),),
    Event.MESSAGE_LEFT: (
        ("next_try_at", N_("We called back and left a message with %(with_whom)s.")),
    ),
    Event.NO_ANSWER: (("next_try_at", N_("We called back, and nobody answered.")),),
    Event.REACHED: (("with_whom", N_("We called back and spoke with the caller.")),),
    Event.OVERRIDDEN: (
        ("from_at", N_("This does not wait: whoever is on call is rung now. %(reason)s")),
    ),
    Event.WRAPPED_UP: (("text", N_("The call ended: %(disposition)s.")),),
    Event.PARTED: (("reason", N_("Ticket %(number)s is another incident and goes on by itself.")),),
    Event.REOPENED: (("reason", N_("The ticket was opened again.")),),
    Event.CLOCK_MOVED: (
        (
            "reason",
            N_(
                "The clock %(clock)s runs until %(until)s now, not until %(until_before)s:"
                " it is counted from %(known_at)s."
            ),
        ),
    ),
    Event.CLOCK_CALLED_OFF: (
        ("reason", N_("%(clock)s: the answers do not ask for a report any more.")),
    ),
    Event.CHARGED: (("name", N_("Nobody is responsible any more.")),),
    Event.OBLIGATION_DONE: (("reason", N_("Ticked as done: %(obligation)s.")),),
    Event.TASK_MOVED: (("reason", N_("%(function)s is now: %(task_status)s.")),),
    Event.OFFER_DECLINED: (("text", N_("%(function)s: %(vendor)s declined: %(decline_reason)s.")),),
}
"""Event to the sentence it has when this fact is empty."""


def sentence(line: Line) -> str:
    """What happened; times, lines, codes and numbers are said as people say them."""
    said = {name: _say(name, value, line.at) for name, value in line.facts.items()}
    return str(gettext(_message(Event(line.event), line.facts), **said))


def _message(event: Event, facts: Mapping[str, Any]) -> str:
    shorter = (text for name, text in WITHOUT.get(event, ()) if not facts.get(name))
    return next(shorter, SENTENCES[event])


def advice(line: Line) -> str:
    """The words of the advice that this line tells of."""
    return _advice(line.facts["advice"], line.at)


def case_type(code: str, tongue: str) -> str:
    """The name of a case type; the code itself when the configuration knows it no more."""
    found = policy.get(CaseTypesPolicy).by_code.get(code)
    return str(getattr(found, tongue, code))


def line_name(code: str, tongue: str) -> str:
    """The short name of a line; the code itself when the configuration knows it no more."""
    lines = policy.get(LinesPolicy)
    return str(getattr(lines.line(code).short, tongue)) if code in lines.codes else code


def function_name(code: str, tongue: str) -> str:
    """What partners are asked for; the code itself when the configuration knows it no more."""
    return str(getattr(policy.get(FunctionsPolicy).by_code.get(code), tongue, code))


def _case_types(codes: list[str], _told_at: datetime) -> str:
    return str(gettext(" / ")).join(case_type(code, language.current()) for code in codes)


def _line(code: str, _told_at: datetime) -> str:
    return line_name(code, language.current())


def _moment(iso: str | None, told_at: datetime) -> str:
    """The time, with its year when that is not the year in which it was told."""
    if not iso:
        return ""
    at = datetime.fromisoformat(iso).astimezone(TOKYO)
    with_year = at.year != told_at.astimezone(TOKYO).year
    return calendars.when(at, language.current(), with_year=with_year)


def _recipient(code: str, _told_at: datetime) -> str:
    found = policy.get(ConsentsPolicy).by_code.get(code)
    return str(getattr(found, language.current(), code))


def clock(code: str, tongue: str) -> str:
    """The name of a legal clock; the code itself when the configuration knows it no more."""
    return str(getattr(policy.get(DeadlinesPolicy).label(code), tongue, code))


def reasons(codes: Iterable[str], tongue: str) -> list[str]:
    """Why a legal clock runs, in words; a code that is known no more stands as it is."""
    known = policy.get(DeadlinesPolicy)
    return [str(getattr(known.reason(code), tongue, code)) for code in codes]


GOES_ON = "→ "
"""A reason that begins so is the number of the ticket under which something goes on."""


def _reason(said: object, _told_at: datetime) -> str:
    reason = str(said)
    if not reason.startswith(GOES_ON):
        return reason
    number = reason.removeprefix(GOES_ON)
    return str(gettext("it goes on under the number %(number)s", number=number))


def _clock(code: str, _told_at: datetime) -> str:
    return clock(code, language.current())


def obligation(code: str, tongue: str) -> str:
    """What the insured has to do; the code itself when the configuration knows it no more."""
    duty = policy.get(ObligationsPolicy).by_code.get(code)
    return str(getattr(duty.label, tongue)) if duty else code


def _obligation(code: str, _told_at: datetime) -> str:
    return obligation(code, language.current())


def _obligations(codes: list[str], _told_at: datetime) -> str:
    tongue = language.current()
    return str(gettext(", ")).join(obligation(one, tongue) for one in codes)


def _because(codes: list[str], _told_at: datetime) -> str:
    return str(gettext(", ")).join(reasons(codes, language.current()))


def _until(iso: str, told_at: datetime) -> str:
    """An instant, or the end of a day."""
    if len(iso) > len("2026-09-25"):
        return _moment(iso, told_at)
    on = date.fromisoformat(iso)
    words = calendars.on(
        on, language.current(), with_year=on.year != told_at.astimezone(TOKYO).year
    )
    return str(gettext("the end of %(day)s", day=words))


def piece(code: str, tongue: str) -> str:
    """The name of something that can be released to a partner; a file has none here."""
    if code.startswith(FILE):
        return str(gettext("a file"))
    named = label(code, policy.get(ReleasingPolicy), policy.get(HearingPolicy).by_key)
    return str(getattr(named, tongue))


def _pieces(codes: list[str], _told_at: datetime) -> str:
    return str(gettext(", ")).join(piece(code, language.current()) for code in codes)


def _referral(code: str, _told_at: datetime) -> str:
    found = policy.get(ReferralsPolicy).by_code.get(code)
    return str(getattr(found, language.current(), code))


def _advice(spoken: Mapping[str, str], _told_at: datetime) -> str:
    return spoken[language.current()]


def _disposition(code: str, _told_at: datetime) -> str:
    found = policy.get(DispositionsPolicy).by_code.get(code)
    return str(getattr(found, language.current(), code))


def _function(code: str, _told_at: datetime) -> str:
    return function_name(code, language.current())


def _in_words(said: Mapping[str, str], _told_at: datetime) -> str:
    return said[language.current()]


def _number(digits: str, _told_at: datetime) -> str:
    return spaced(digits)


def _yen(amount: int, _told_at: datetime) -> str:
    return str(gettext("%(amount)s yen with tax", amount=f"{amount:,}"))


def _called(labels: Mapping[str, str]) -> Callable[[Any, datetime], str]:
    """Say a code by its words; what has none stands as it is."""
    return lambda code, _told_at: str(gettext(labels[code])) if code in labels else str(code)


SAID: dict[str, Callable[[Any, datetime], str]] = {
    "due_at": _moment,
    "known_at": _moment,
    "clock": _clock,
    "obligation": _obligation,
    "obligations": _obligations,
    "because": _because,
    "until": _until,
    "until_before": _until,
    "called_at": _moment,
    "pieces": _pieces,
    "disposition": _disposition,
    "phone_of": _called(words.PHONES),
    "from_at": _moment,
    "function": _function,
    "next_try_at": _moment,
    "case_types": _case_types,
    "line": _line,
    "number": _number,
    "advice": _advice,
    "recipient": _recipient,
    "referral": _referral,
    "severity": _called(words.SEVERITIES),
    "task_status": _called(words.TASK_STATUSES),
    "decline_reason": _in_words,
    "milestone": _in_words,
    "output": _in_words,
    "status": _called(words.TICKET_STATUSES),
    "channel": _called(words.CHANNELS),
    "audience": _called(words.RECEIVERS),
    "cause": _called(words.CAUSES),
    "answer": _called(words.ANSWERS),
    "approved_by": _called(words.APPROVED_BY),
    "why": _called(words.ASKED_ANEW),
    "yen": _yen,
    "wanted": _called(words.WANTED),
    "reason": _reason,
    "contact": _called(words.CONTACTS),
}
"""Name of a fact to how it is said; the others stand as they are."""


def _say(name: str, value: Any, told_at: datetime) -> str:
    return SAID[name](value, told_at) if name in SAID else str(value)
