"""The reason in sentences. Both languages are always written: a promise keeps both."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from hotline.calendars.rules.answers import WEEKDAYS, Cause, Code, Day, ServiceStart, Step
from hotline.calendars.rules.hours import Label, Spans, clock_face, minute_of
from hotline.calendars.rules.languages import (
    LANGUAGES,
    MONTHS,
    SPACE,
    WEEKLY,
    Words,
)

GROUPS_TOLD = 6
"""So many runs of closed days are named in one sentence; it must fit the column that keeps it."""


@dataclass(frozen=True)
class Line:
    """One step in words: when, what was found, why, and a remark beside it (may be empty)."""

    when: str
    what: str
    why: str
    remark: str = ""


def explain(start: ServiceStart) -> dict[str, list[str]]:
    """Each step of the reason as one text, in "ja" and "en"."""
    return {
        language: [_written(line, words) for line in lines(start, language)]
        for language, words in LANGUAGES.items()
    }


def _written(line: Line, words: Words) -> str:
    told = words.line.format(when=line.when, what=line.what, why=line.why)
    return told + (words.remark.format(remark=line.remark) if line.remark else "")


def lines(start: ServiceStart, language: str) -> list[Line]:
    """Each step of the reason in words of ``language`` ("ja" or "en")."""
    year = start.steps[0].day.date.year
    said = []
    for step in start.steps:
        said.append(_line(step, language, with_year=step.day.date.year != year))
        year = step.day.date.year
    return said


def reason(start: ServiceStart) -> dict[str, str]:
    """The whole reason as one sentence, in "ja" and "en"; at most 2,000 characters each."""
    return {language: _sentence(start, language) for language in LANGUAGES}


def in_words(at: datetime, language: str) -> str:
    """A local time as people say it: "1月4日、月曜日の午前9時"; "9 a.m. on Monday, 4 January"."""
    weekday = WEEKDAYS[at.weekday()]
    if language == "ja":
        half, hour = ("午前", at.hour) if at.hour < 12 else ("午後", at.hour - 12)
        minutes = f"{at.minute}分" if at.minute else ""
        return f"{at.month}月{at.day}日、{weekday.ja}の{half}{hour}時{minutes}"
    half, hour = ("a.m.", at.hour) if at.hour < 12 else ("p.m.", at.hour - 12)
    minutes = f":{at.minute:02}" if at.minute else ""
    month = MONTHS[at.month - 1]
    return f"{hour or 12}{minutes} {half} on {weekday.en}, {at.day} {month}"


def when(at: datetime, language: str, *, with_year: bool = False) -> str:
    """A local time in words: "1月4日（月）9:00" or "Mon 4 Jan 9:00"; seconds unless zero."""
    seconds = f":{at.second:02}" if at.second else ""
    return f"{on(at.date(), language, with_year=with_year)}{SPACE[language]}" + (
        f"{at.hour}:{at.minute:02}{seconds}"
    )


def on(day: date, language: str, *, with_year: bool = False) -> str:
    """A date in words: "1月4日（月）" or "Mon 4 Jan"."""
    name, weekday = apart(day, language, with_year=with_year)
    return f"{name}（{weekday}）" if language == "ja" else f"{weekday} {name}"


def apart(day: date, language: str, *, with_year: bool = False) -> tuple[str, str]:
    """A date and its weekday, to be set apart: ("1月4日", "月") or ("4 Jan", "Mon")."""
    weekday = WEEKDAYS[day.weekday()]
    if language == "ja":
        year = f"{day.year}年" if with_year else ""
        return f"{year}{day.month}月{day.day}日", weekday.ja[0]
    year = f" {day.year}" if with_year else ""
    return f"{day.day} {MONTHS[day.month - 1][:3]}{year}", weekday.en[:3]


def _line(step: Step, language: str, *, with_year: bool) -> Line:
    words = LANGUAGES[language]
    if step.code is Code.CLOSED:
        moment = on(step.day.date, language, with_year=with_year)
    else:
        moment = when(step.at, language, with_year=with_year)
    return Line(moment, words.what[step.code], _why(step, language), _remark(step, words))


def _why(step: Step, language: str) -> str:
    words, hours = LANGUAGES[language], _hours(step.day, language)
    if step.code is Code.IN_HOURS:
        return words.in_hours.format(hours=hours)
    if step.code is Code.OUT_OF_HOURS:
        return words.hours.format(hours=hours)
    if step.code is Code.OPENS and minute_of(step.at) > step.day.spans[0].start:
        return words.resumes
    return words.why[step.day.cause].format(name=_in(language, step.day.name))


def _remark(step: Step, words: Words) -> str:
    if step.day.provisional:
        return words.provisional
    if step.day.cause in (Cause.HOLIDAY, Cause.REST):
        return words.official
    if step.code is Code.OUT_OF_HOURS:
        return _side(step.day.spans, step.at, words)
    return ""


def _side(spans: Spans, at: datetime, words: Words) -> str:
    if minute_of(at) >= spans[-1].end:
        return words.after.format(end=clock_face(spans[-1].end))
    return words.before


def _hours(day: Day, language: str) -> str:
    return LANGUAGES[language].comma.join(str(span) for span in day.spans)


def _in(language: str, label: Label) -> str:
    return label.ja if language == "ja" else label.en


def _sentence(start: ServiceStart, language: str) -> str:
    words = LANGUAGES[language]
    received, *closed = start.steps if start.in_hours else start.steps[:-1]
    steps = words.between.join([_received(received, language), *_closures(closed, language)])
    if start.in_hours:
        return words.at_once.format(steps=steps) + _doubt(start, words)
    answer = start.steps[-1]
    other_year = answer.day.date.year != received.day.date.year
    told = when(answer.at, language, with_year=other_year)
    return words.answer.format(steps=steps, when=told) + _doubt(start, words)


def _received(step: Step, language: str) -> str:
    hours, name = _hours(step.day, language), _in(language, step.day.name)
    told = LANGUAGES[language].told[step.code]
    return told.format(when=when(step.at, language), hours=hours, name=name)


def _closures(steps: list[Step], language: str) -> list[str]:
    runs = [list(run) for _, run in groupby(steps, key=_in_short)]
    told = [_closure(run, language) for run in runs]
    half = GROUPS_TOLD // 2
    return told if len(told) <= GROUPS_TOLD else [*told[:half], "…", *told[-half:]]


def _in_short(step: Step) -> Label:
    return WEEKLY if step.day.cause is Cause.WEEKDAY else step.day.name


def _closure(run: list[Step], language: str) -> str:
    ends = [run[0]] if len(run) == 1 else [run[0], run[-1]]
    days = "–".join(on(step.day.date, language) for step in ends)
    return f"{days}{SPACE[language]}{_in(language, _in_short(run[0]))}"


def _doubt(start: ServiceStart, words: Words) -> str:
    if not start.provisional:
        return ""
    years = sorted({step.day.date.year for step in start.steps if step.day.provisional})
    return words.years_unknown.format(years=words.comma.join(map(str, years)))
