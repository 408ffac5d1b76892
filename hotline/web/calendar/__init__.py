"""A page where anybody tries a date: when do we call back, and why. It saves nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from hotline import clock, policy
from hotline.calendars import rules
from hotline.calendars import service as calendars
from hotline.calendars.rules import Calendar, Code, Label, ServiceStart
from hotline.clock import TOKYO
from hotline.duty.rules import LinesPolicy
from hotline.edge import language
from hotline.edge.access import public
from hotline.edge.errors import say
from hotline.errors import N_, Invalid, Problem
from hotline.followups.rules import PromisePolicy, sentence
from hotline.web.typed import parse_moment

bp = Blueprint("calendar", __name__)

DAYS_DRAWN = 5
MOST_DAYS_DRAWN = 15
EXAMPLES = (
    ("2026-06-02T16:59:59", N_("the last second in hours")),
    ("2026-06-02T17:00:00", N_("from 17:00:00 on it is out of hours")),
    ("2026-06-03T02:00:00", N_("at night: the same day")),
    ("2026-09-18T17:00:00", N_("with a citizens' holiday")),
    ("2026-12-30T17:00:00", N_("over the end of the year")),
)
"""Received in Tokyo; each is worked out on the calendar as it stands."""


@dataclass(frozen=True)
class Asked:
    """What stands in the form, as it was typed."""

    day: str
    time: str
    line: str


@dataclass(frozen=True)
class DayDrawn:
    """One day of the drawing: each place is a share of the day, such as "37.5%"."""

    name: str
    note: str
    spans: list[tuple[str, str]]
    call: str | None
    due: str | None
    described: str


@dataclass(frozen=True)
class Example:
    """One edge case: its address, when the call came, when we call back, and what it shows."""

    query: dict[str, str]
    received: str
    promised: str
    shows: str


@bp.get("/calendar")
@public
def show() -> ResponseReturnValue:
    """The promise for a call at a date and time, step by step; without a question, for now."""
    now = clock.now().astimezone(TOKYO)
    calendar = calendars.current("hotline")
    asked = _asked(now)
    try:
        start = calendar.service_start(_received_at(asked))
    except Invalid as problem:
        errors = {_field(name): say(one) for name, one in problem.fields.items()}
        return make_response(_page(calendar, asked, now, errors=errors), 422)
    return _page(calendar, asked, now, start=start)


def _page(
    calendar: Calendar,
    asked: Asked,
    now: datetime,
    *,
    start: ServiceStart | None = None,
    errors: dict[str, str] | None = None,
) -> str:
    return render_template(
        "calendar/show.html",
        asked=asked,
        errors=errors or {},
        lines=policy.get(LinesPolicy).lines,
        answer=start and _answer(calendar, start),
        examples=[_example(calendar, *one, today=now.date()) for one in EXAMPLES],
        listed=_listed(calendar, now.date()),
        closures=[_closure(one) for one in calendars.from_config("government").yearly],
    )


def _asked(now: datetime) -> Asked:
    if not {"day", "time"} & set(request.args):
        line = request.args.get("line", _codes()[0])
        return Asked(f"{now:%Y/%m/%d}", f"{now:%H:%M:%S}", line)
    day, time = (request.args.get(name, "") for name in ("day", "time"))
    return Asked(day, time, request.args.get("line", _codes()[0]))


def _codes() -> tuple[str, ...]:
    return policy.get(LinesPolicy).codes


def _field(name: str) -> str:
    """The calendar speaks of the moment; on the form its date stands for it."""
    return "day" if name == "received_at" else name


def _received_at(asked: Asked) -> datetime:
    """The moment in the form, read in Tokyo. Raises Invalid with a sentence for each field."""
    if asked.line not in _codes():
        raise Invalid({"line": Problem(N_("Choose one of the lines."))})
    return parse_moment({"day": asked.day, "time": asked.time})


def _answer(calendar: Calendar, start: ServiceStart) -> dict[str, object]:
    code = language.current()
    received, promised = start.steps[0].at, start.steps[-1].at
    other_year = received.year != promised.year
    date_words, weekday = rules.apart(promised.date(), code, with_year=other_year)
    return {
        "start": start,
        "promised_date": date_words,
        "promised_weekday": weekday,
        "say": _said(start, code),
        "lines": rules.lines(start, code),
        "days": _days(calendar, start),
        "received_time": _clock(received),
        "promised_time": _clock(promised),
        "hours": _hours(start.steps[-1].day.spans),
    }


def _said(start: ServiceStart, code: str) -> str:
    """The promise in the words that everybody hears and reads."""
    words = policy.get(PromisePolicy)
    return sentence(start.at, in_hours=start.in_hours, language=code, policy=words)


def _days(calendar: Calendar, start: ServiceStart) -> list[DayDrawn]:
    received, promised = start.steps[0].at, start.steps[-1].at
    passed = (promised.date() - received.date()).days + 1
    number = min(max(passed, DAYS_DRAWN), MOST_DAYS_DRAWN)
    days = (received.date() + timedelta(days=one) for one in range(number))
    known = [day for day in days if day.year in rules.YEARS]
    return [_drawn(calendar.day(day), start, in_full=day is known[0]) for day in known]


def _drawn(day: rules.Day, start: ServiceStart, *, in_full: bool) -> DayDrawn:
    code = language.current()
    call, due = (_share_of(step.at, day.date) for step in (start.steps[0], start.steps[-1]))
    name, note = rules.on(day.date, code), _in(code, day.name)
    return DayDrawn(
        name=name if in_full or day.date.day == 1 else _short(day.date, code),
        note=note,
        spans=[(_share(s.start), _share(s.end - s.start)) for s in day.spans],
        call=call,
        due=None if start.in_hours else due,
        described=", ".join(_described(day, start, [name, note])),
    )


def _short(day: date, code: str) -> str:
    """The date without its month, which the first day drawn has told."""
    name = rules.on(day, code)
    return name.partition("月")[2] if code == "ja" else name.rpartition(" ")[0]


def _described(day: rules.Day, start: ServiceStart, words: list[str]) -> list[str]:
    received, promised = start.steps[0].at, start.steps[-1].at
    said = [*words, _hours(day.spans) or gettext("closed")]
    if received.date() == day.date:
        said.append(gettext("call %(time)s", time=_clock(received)))
    if promised.date() == day.date and not start.in_hours:
        said.append(gettext("promise %(time)s", time=_clock(promised)))
    return said


def _share_of(at: datetime, day: date) -> str | None:
    return _share(at.hour * 60 + at.minute + at.second / 60) if at.date() == day else None


def _share(minutes: float) -> str:
    return f"{minutes * 100 / rules.MINUTES_A_DAY:.2f}%"


def _hours(spans: Iterable[rules.Span]) -> str:
    return ", ".join(str(span) for span in spans)


def _clock(at: datetime) -> str:
    seconds = f":{at.second:02}" if at.second else ""
    return f"{at.hour}:{at.minute:02}{seconds}"


def _in(code: str, label: Label) -> str:
    return label.ja if code == "ja" else label.en


def _example(calendar: Calendar, received: str, shows: str, *, today: date) -> Example:
    at = datetime.fromisoformat(received).replace(tzinfo=TOKYO)
    start, code = calendar.service_start(at), language.current()
    told = rules.on(at.date(), code, with_year=at.year != today.year)
    return Example(
        query={"day": f"{at:%Y/%m/%d}", "time": f"{at:%H:%M:%S}"},
        received=f"{told}{rules.SPACE[code]}{at.hour}:{at:%M:%S}",
        promised=_promised(start),
        shows=gettext(shows),
    )


def _promised(start: ServiceStart) -> str:
    received, promised = start.steps[0].at, start.steps[-1].at
    if start.steps[-1].code is Code.IN_HOURS:
        return str(gettext("at once"))
    if received.date() == promised.date():
        return str(gettext("the same day, %(time)s", time=_clock(promised)))
    other_year = received.year != promised.year
    return rules.when(promised, language.current(), with_year=other_year)


def _listed(calendar: Calendar, today: date) -> dict[str, object]:
    """Until when the official list goes, when the next is published, and whether it is urgent."""
    code = language.current()
    warning = calendar.warning(today)
    last = calendar.official.last_day if calendar.official else None
    return {"last": last, "warning": warning and _in(code, warning)}


def _closure(closure: rules.YearlyClosure) -> dict[str, str]:
    code = language.current()
    return {"first": _month_day(closure.first, code), "last": _month_day(closure.last, code)}


def _month_day(month_day: tuple[int, int], code: str) -> str:
    month, day = month_day
    return f"{month}月{day}日" if code == "ja" else f"{day} {rules.MONTHS[month - 1]}"
