"""The roster: who is rung now, who comes next, and the form that puts somebody on duty."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotline import clock, policy
from hotline.clock import TOKYO
from hotline.duty import queries
from hotline.duty import service as duty
from hotline.duty.queries import Duty
from hotline.duty.rules import DUTIES, WEEK, LineRule, LinesPolicy, Stretch, gaps
from hotline.edge import requests
from hotline.edge.access import allow
from hotline.edge.errors import said
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.errors import Invalid, Problem
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.people.rules import STAFF, Role
from hotline.web import typed
from hotline.web.formats import ROLES

bp = Blueprint("duty", __name__)

ROSTERERS = frozenset({Role.SUPERVISOR, Role.COORDINATOR, Role.ADMINISTRATOR})
"""They put people on duty."""

WATCHED = (Role.OPERATOR, Role.COORDINATOR)
"""Without somebody in these roles nobody is rung first: their gaps are shown."""

GAPS_SHOWN = 3


@dataclass(frozen=True)
class Cover:
    """How a role of a line is covered in the days to come.

    ``bars`` are where each gap lies in the drawing: left edge and width as shares of it.
    """

    line: LineRule
    role: Role
    gaps: list[Stretch]
    missing: timedelta
    bars: list[tuple[str, str]]


@bp.get("/duty")
@allow(STAFF)
def roster() -> ResponseReturnValue:
    """Who is on duty for each line, and the shifts to come."""
    requests.note_read("list:duty")
    return _page({})


@bp.post("/duty")
@allow(ROSTERERS)
def add() -> ResponseReturnValue:
    """Put somebody on duty."""
    try:
        starts_at, ends_at = _moments()
        duty.add(
            _person_id(),
            request.form.get("line", ""),
            request.form.get("role", ""),
            starts_at=starts_at,
            ends_at=ends_at,
            by_id=g.person_id,
            now=clock.now(),
        )
    except Invalid as problem:
        return _page(said(problem)), 422
    flash(gettext("The shift stands on the roster."))
    return redirect(url_for(".roster"))


@bp.post("/duty/<int:shift_id>/end")
@allow(ROSTERERS)
def end(shift_id: int) -> ResponseReturnValue:
    """Let a running shift end now."""
    duty.end(shift_id, by_id=g.person_id, now=clock.now())
    flash(gettext("The shift has ended."))
    return redirect(url_for(".roster"))


@bp.post("/duty/<int:shift_id>/remove")
@allow(ROSTERERS)
def remove(shift_id: int) -> ResponseReturnValue:
    """Take away a shift that has not begun."""
    duty.remove(shift_id, by_id=g.person_id, now=clock.now())
    flash(gettext("The shift is taken off the roster."))
    return redirect(url_for(".roster"))


@bp.post("/duty/copy-week")
@allow(ROSTERERS)
def copy_week() -> ResponseReturnValue:
    """Plan the week after the chosen one like it."""
    monday = _given_monday()
    copied = duty.copy_week(_midnight(monday), by_id=g.person_id, now=clock.now())
    flash(
        gettext(
            "%(added)s shifts were copied; %(left)s could not be, because they stand there already,"
            " are over, or the person has the role no more.",
            added=copied.added,
            left=copied.left_out,
        )
    )
    return redirect(url_for(".roster", week=(monday + WEEK).isoformat()))


def _page(errors: dict[str, str]) -> str:
    now = clock.now()
    monday = _monday(request.args.get("week", ""), now)
    return render_template(
        "duty/roster.html",
        errors=errors,
        given=request.form,
        now=now,
        lines=[(line, _by_role(line.code, now)) for line in policy.get(LinesPolicy).lines],
        monday=monday,
        one_week=WEEK,
        days=_days(monday),
        covers=_covers(now),
        gaps_shown=GAPS_SHOWN,
        week_ahead=now + WEEK,
        line_names={line.code: line.label for line in policy.get(LinesPolicy).lines},
        short_names={line.code: line.short for line in policy.get(LinesPolicy).lines},
        role_names=ROLES,
        duties=DUTIES,
        candidates=_candidates(),
        may_change=bool(person().roles & ROSTERERS),
    )


def _monday(text: str, now: datetime) -> date:
    """The Monday of the week in the address, or of this week when none can be read from it."""
    try:
        day = typed.parse_day(text)
    except Problem:
        day = now.astimezone(TOKYO).date()
    return day - timedelta(days=day.weekday())


def _given_monday() -> date:
    """The Monday of the week in the form. Raises Invalid when none can be read from it."""
    try:
        day = typed.parse_day(request.form.get("week", ""))
    except Problem as problem:
        raise Invalid({"week": problem}) from None
    return day - timedelta(days=day.weekday())


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), TOKYO)


def _days(monday: date) -> list[tuple[date | None, list[Duty]]]:
    """Each day of a week with the shifts that begin on it, after those that began before it."""
    first = _midnight(monday)
    by_day: dict[date | None, list[Duty]] = {None: []}
    by_day |= {monday + timedelta(days=one): [] for one in range(7)}
    for one in queries.between(first, first + WEEK):
        began = one.shift.starts_at.astimezone(TOKYO).date()
        by_day[began if began >= monday else None].append(one)
    return list(by_day.items())


def _covers(now: datetime) -> list[Cover]:
    """Every line and watched role in the week that begins now."""
    shifts = [one for one in queries.between(now, now + WEEK) if _is_rung(one)]
    lines = policy.get(LinesPolicy).lines
    return [_cover(line, role, shifts, now) for line in lines for role in WATCHED]


def _cover(line: LineRule, role: Role, shifts: Sequence[Duty], now: datetime) -> Cover:
    mine = [
        Stretch(one.shift.starts_at, one.shift.ends_at)
        for one in shifts
        if (one.shift.line, one.shift.role) == (line.code, role)
    ]
    found = gaps(mine, first=now, last=now + WEEK)
    bars = [(_share(one.starts_at - now), _share(one.length)) for one in found]
    return Cover(line, role, found, sum((one.length for one in found), timedelta()), bars)


def _share(length: timedelta) -> str:
    return f"{100 * (length / WEEK):.2f}%"


def _is_rung(one: Duty) -> bool:
    """Whether a shift brings anybody to the phone: an account, the role, and a number."""
    person = one.person
    active = person.disabled_at is None and one.shift.role in person.roles
    return active and bool(person.phone)


def _by_role(line: str, now: datetime) -> list[tuple[Role, list[Duty]]]:
    """Each duty of a line in the order of ringing, with those who have it; maybe nobody."""
    running = [one for one in queries.current(now) if one.shift.line == line]
    return [(role, [one for one in running if one.shift.role == role]) for role in DUTIES]


def _candidates() -> list[Person]:
    """Everybody who can be put on duty, by name."""
    found = {one.id: one for role in DUTIES for one in people.with_role(role)}
    return sorted(found.values(), key=lambda one: one.name)


def _person_id() -> int:
    """The chosen person; 0, who is nobody, when nobody was chosen."""
    given = request.form.get("person", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0


def _moments() -> tuple[datetime, datetime]:
    """Start and end as they were typed. Raises Invalid naming each field that cannot be read."""
    problems: dict[str, Problem] = {}
    starts_at, ends_at = (_moment(side, problems) for side in ("starts", "ends"))
    if starts_at is None or ends_at is None:
        raise Invalid(problems)
    return starts_at, ends_at


def _moment(side: str, problems: dict[str, Problem]) -> datetime | None:
    form = {part: request.form.get(f"{side}_{part}", "") for part in ("day", "time")}
    try:
        return typed.parse_moment(form)
    except Invalid as invalid:
        problems.update({f"{side}_{name}": one for name, one in invalid.fields.items()})
        return None
