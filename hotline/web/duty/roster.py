"""The page of the roster: who is rung now, who comes next, and where nobody is."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import render_template, request

from hotline import clock, policy
from hotline.clock import TOKYO
from hotline.duty import queries
from hotline.duty.models import Shift, Swap
from hotline.duty.queries import Cover, Duty
from hotline.duty.rules import DUTIES, NOTE_LETTERS, WEEK, LineRule, LinesPolicy
from hotline.edge.identity import person
from hotline.edge.words import ROLES
from hotline.errors import Problem
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.people.rules import Role
from hotline.web import typed

ROSTERERS = frozenset({Role.SUPERVISOR, Role.COORDINATOR, Role.ADMINISTRATOR})
"""They put people on duty."""

GAPS_SHOWN = 3


@dataclass(frozen=True)
class Drawn:
    """How a role of a line is covered in the days to come.

    ``bars`` are where each gap lies in the drawing: left edge and width as shares of it.
    """

    line: LineRule
    cover: Cover
    bars: list[tuple[str, str]]


def page(errors: dict[str, str]) -> str:
    """The roster as it stands, with what is wrong in its form."""
    now, viewer = clock.now(), person()
    monday = _monday(request.args.get("week", ""), now)
    return render_template(
        "duty/roster.html",
        errors=errors,
        given=request.form,
        now=now,
        lines=[_line(line, now) for line in policy.get(LinesPolicy).lines],
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
        candidates=_candidates(DUTIES),
        **_swaps(viewer, now),
        may_change=bool(viewer.roles & ROSTERERS),
    )


@dataclass(frozen=True)
class Rung:
    """A line with its duties, and whose phones ring now: for a call, and for what cannot wait."""

    rule: LineRule
    by_role: list[tuple[Role, list[Duty]]]
    for_calls: list[Person]
    for_pages: list[Person]


def _line(line: LineRule, now: datetime) -> Rung:
    calls = queries.rung_for_calls(line.code, now)
    pages = queries.rung_for_pages(line.code, now)
    return Rung(line, _by_role(line.code, now), calls, pages)


def _swaps(viewer: Person, now: datetime) -> dict[str, object]:
    """The requests this person has to do with, and the shifts that can be passed on."""
    planner = bool(viewer.roles & ROSTERERS)
    asked = [one for one in queries.open_swaps(now) if planner or _concerns(one, viewer)]
    own = queries.own_shifts(viewer.id, now)
    to_pass_on = queries.not_over(now) if planner else own
    return {
        "asked": asked,
        "asked_names": people.names(
            [id_ for swap, _ in asked for id_ in (swap.from_id, swap.to_id)]
        ),
        "own": {one.shift.id for one in own},
        "to_pass_on": to_pass_on,
        "successors": _candidates({one.shift.role for one in to_pass_on}),
        "viewer_id": viewer.id,
        "note_letters": NOTE_LETTERS,
    }


def _concerns(asked: tuple[Swap, Shift], viewer: Person) -> bool:
    return viewer.id in (asked[0].from_id, asked[0].to_id)


def _monday(text: str, now: datetime) -> date:
    """The Monday of the week in the address, or of this week when none can be read from it."""
    try:
        day = typed.parse_day(text)
    except Problem:
        day = now.astimezone(TOKYO).date()
    return day - timedelta(days=day.weekday())


def midnight(day: date) -> datetime:
    """Where a day begins in Tokyo."""
    return datetime.combine(day, datetime.min.time(), TOKYO)


def _days(monday: date) -> list[tuple[date | None, list[Duty]]]:
    """Each day of a week with the shifts that begin on it, after those that began before it."""
    first = midnight(monday)
    by_day: dict[date | None, list[Duty]] = {None: []}
    by_day |= {monday + timedelta(days=one): [] for one in range(7)}
    for one in queries.between(first, first + WEEK):
        began = one.shift.starts_at.astimezone(TOKYO).date()
        by_day[began if began >= monday else None].append(one)
    return list(by_day.items())


def _covers(now: datetime) -> list[Drawn]:
    """Every line and watched role in the week that begins now."""
    lines = policy.get(LinesPolicy)
    return [Drawn(lines.line(one.line), one, _bars(one, now)) for one in queries.covers(now)]


def _bars(cover: Cover, now: datetime) -> list[tuple[str, str]]:
    return [(_share(one.starts_at - now), _share(one.length)) for one in cover.gaps]


def _share(length: timedelta) -> str:
    return f"{100 * (length / WEEK):.2f}%"


def _by_role(line: str, now: datetime) -> list[tuple[Role, list[Duty]]]:
    """Each duty of a line in the order of ringing, with those who have it; maybe nobody."""
    running = [one for one in queries.current(now) if one.shift.line == line]
    return [(role, [one for one in running if one.shift.role == role]) for role in DUTIES]


def _candidates(roles: Collection[str]) -> list[Person]:
    """Everybody who holds one of these roles, by name."""
    found = {one.id: one for role in DUTIES if role in roles for one in people.with_role(role)}
    return sorted(found.values(), key=lambda one: one.name)
