"""Single dates that depart from the calendar's rule, and the promises that they touch."""

import re
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.audit import service as audit
from hotline.calendars import queries, rules
from hotline.calendars import service as calendars
from hotline.calendars.models import CalendarException
from hotline.calendars.rules import Calendar, Day, OwnHours
from hotline.clock import TOKYO
from hotline.edge import requests
from hotline.edge.access import allow
from hotline.edge.errors import said
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.errors import N_, Invalid, Problem
from hotline.followups.models import Followup
from hotline.followups.queries import Wanted
from hotline.followups.rules import OPEN
from hotline.people.rules import READERS, STAFF, Role
from hotline.tickets import queries as tickets
from hotline.web import typed

bp = Blueprint("closures", __name__)

CHANGERS = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
"""They change single dates."""

CALENDARS = ("hotline", "government")
PROMISES = "hotline"
"""Promises are made on this calendar."""

CLOSED, HOURS, RULE = "closed", "hours", "rule"
OPENINGS = {
    CLOSED: N_("Closed all day"),
    HOURS: N_("Open at other hours"),
}
MOST_DAYS = 31

_BETWEEN = re.compile(r"[,、\s]+")
_DASHES = str.maketrans("~〜–‐−ー", "------")

Promised = tuple[Followup, str]
"""A promise and the number of its ticket."""


@dataclass(frozen=True)
class Plan:
    """What is to hold on some dates of one calendar; ``own`` is None when the rule is to."""

    calendar: str
    days: tuple[date, ...]
    own: OwnHours | None

    def applied_to(self, standing: Calendar) -> Calendar:
        """The calendar as it would be."""
        kept = {day: own for day, own in standing.own_hours.items() if day not in self.days}
        changed = dict.fromkeys(self.days, self.own) if self.own else {}
        return standing.with_own_hours({**kept, **changed})


@dataclass(frozen=True)
class Effect:
    """What a plan would do: each date before and after, and the open promises it would hit."""

    plan: Plan
    then: Calendar
    changes: list[tuple[Day, Day]]
    touched: list[Promised]


@bp.get("/calendar/closures")
@allow(STAFF)
def show() -> ResponseReturnValue:
    """The single dates to come; with a date in the question, what changing it would do."""
    requests.note_read("list:closures")
    if "day" not in request.args:
        return _page()
    try:
        return _page(effect=_effect(_plan(request.args)))
    except Invalid as problem:
        return _page(errors=said(problem)), 422


@bp.post("/calendar/closures")
@allow(CHANGERS)
def save() -> ResponseReturnValue:
    """Let the dates depart from the rule, or follow it again."""
    now = clock.now()
    try:
        plan = _plan(request.form)
        for row in _saved(plan, now):
            _record(plan, row, now=now)
    except Invalid as problem:
        return _page(errors=said(problem)), 422
    flash(gettext("The calendar is changed. Please look at the promises below."))
    return redirect(url_for(".show"))


def _saved(plan: Plan, now: datetime) -> list[CalendarException]:
    own = plan.own
    if own is None:
        return [calendars.remove(plan.calendar, day, now=now) for day in plan.days]
    if own.spans:
        return [
            calendars.open_(plan.calendar, day, own.spans, own.reason, now=now) for day in plan.days
        ]
    return [calendars.close(plan.calendar, day, own.reason, now=now) for day in plan.days]


def _record(plan: Plan, row: CalendarException, *, now: datetime) -> None:
    action = ("open" if row.spans else "close") if plan.own else "remove"
    subject = f"calendar:{row.calendar}:{row.day}"
    audit.write(action, subject, by_id=g.person_id, now=now, spans=row.spans)


def _plan(given: Mapping[str, str]) -> Plan:
    """What was filled in. Raises Invalid with a sentence for each field."""
    problems: dict[str, Problem] = {}
    calendar = given.get("calendar", PROMISES)
    if calendar not in CALENDARS:
        problems["calendar"] = Problem(N_("Choose one of the calendars."))
    days = _days(given, problems)
    own = _own_hours(given, problems)
    if problems:
        raise Invalid(problems)
    return Plan(calendar, _that_change(calendars.current(calendar), days, own), own)


def _days(given: Mapping[str, str], problems: dict[str, Problem]) -> list[date]:
    first = _day(given, "day", problems)
    last = _day(given, "until", problems) if given.get("until", "").strip() else first
    if first is None or last is None:
        return []
    if first < clock.now().astimezone(TOKYO).date():
        problems["day"] = Problem(N_("This day is over; nothing about it is changed."))
    length = (last - first).days + 1
    if not 1 <= length <= MOST_DAYS:
        problems["until"] = Problem(
            N_("The last day lies at most %(most)s days after the first, and not before it."),
            most=MOST_DAYS - 1,
        )
        return []
    return [first + timedelta(days=one) for one in range(length)]


def _day(given: Mapping[str, str], name: str, problems: dict[str, Problem]) -> date | None:
    try:
        return typed.parse_day(given.get(name, ""))
    except Problem as problem:
        problems[name] = problem
        return None


def _own_hours(given: Mapping[str, str], problems: dict[str, Problem]) -> OwnHours | None:
    opening = given.get("opening", CLOSED)
    if opening == RULE:
        return None
    spans = _spans(given.get("hours", ""), problems) if opening == HOURS else ()
    if opening not in OPENINGS:
        problems["opening"] = Problem(N_("Choose whether it is closed or open at other hours."))
    try:
        reason = rules.given_reason(given.get("reason_ja", ""), given.get("reason_en", ""))
    except Invalid as invalid:
        problems.update(invalid.fields)
        return None
    return OwnHours(spans, reason)


def _spans(text: str, problems: dict[str, Problem]) -> rules.Spans:
    plain = unicodedata.normalize("NFKC", text[:200]).translate(_DASHES)
    try:
        spans = rules.parse_spans(part for part in _BETWEEN.split(plain) if part)
    except ValueError:
        spans = ()
    if not spans:
        problems["hours"] = Problem(
            N_("Write the hours in order, such as 10:00-12:00 13:00-15:00.")
        )
    return spans


def _that_change(
    standing: Calendar, days: Sequence[date], own: OwnHours | None
) -> tuple[date, ...]:
    """Of a row of days those to write down: a closure leaves out what is closed anyway.

    Raises Invalid when none is left, or when one has hours of its own already.
    """
    if own is None:
        return tuple(days)
    taken = [day for day in days if day in standing.own_hours]
    if taken:
        sentence = N_("%(day)s has hours of its own already. Remove them first.")
        raise Invalid({"day": Problem(sentence, day=taken[0].isoformat())})
    changed = tuple(day for day in days if own.spans or standing.hours_on(day))
    if not changed:
        raise Invalid({"day": Problem(N_("It is closed already."))})
    return changed


def _effect(plan: Plan) -> Effect:
    standing = calendars.current(plan.calendar)
    then = plan.applied_to(standing)
    for day in plan.days:
        rules.check_opens(then, day)
    changes = [(standing.day(day), then.day(day)) for day in plan.days]
    promises = _open_promises() if plan.calendar == PROMISES else []
    before = {promise.id for promise, _ in _at_closed_times(promises, standing)}
    hit = _at_closed_times(promises, then)
    return Effect(plan, then, changes, [one for one in hit if one[0].id not in before])


def _open_promises() -> list[Promised]:
    """All of them: one that is left out is one that nobody decides about."""
    found = [row for status in OPEN for row in tickets.promises(Wanted(status), sys.maxsize)]
    return sorted(found, key=lambda row: (row[0].due_at, row[0].id))


def _at_closed_times(promises: Sequence[Promised], calendar: Calendar) -> list[Promised]:
    hit = set(rules.on_closed_day((promise.due_at for promise, _ in promises), calendar))
    return [one for one in promises if one[0].due_at in hit]


def _page(*, errors: dict[str, str] | None = None, effect: Effect | None = None) -> str:
    now = clock.now()
    today = now.astimezone(TOKYO).date()
    rows = queries.exceptions()
    standing = calendars.current(PROMISES)
    return render_template(
        "closures/show.html",
        errors=errors or {},
        effect=effect,
        given=request.values,
        now=now,
        today=today,
        coming=[row for row in rows if row.day >= today],
        past=[row for row in reversed(rows) if row.day < today],
        touched=_at_closed_times(_open_promises(), standing),
        standing=standing,
        calendar_names={name: calendars.from_config(name).label for name in CALENDARS},
        openings=OPENINGS,
        may_change=bool(person().roles & CHANGERS),
        may_read=bool(person().roles & READERS),
    )
