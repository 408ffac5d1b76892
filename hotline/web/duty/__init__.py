"""The roster: who is rung now, who comes next, and the form that puts somebody on duty."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotline import clock, policy
from hotline.clock import TOKYO
from hotline.duty import queries
from hotline.duty import service as duty
from hotline.duty.models import Shift, Swap
from hotline.duty.queries import Cover, Duty
from hotline.duty.rules import DUTIES, NOTE_LETTERS, WEEK, LineRule, LinesPolicy
from hotline.edge import requests
from hotline.edge.access import allow
from hotline.edge.errors import said
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.edge.words import ROLES
from hotline.errors import N_, Forbidden, Invalid, Problem, Refused
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.people.rules import DESK, STAFF, Role
from hotline.web import typed

bp = Blueprint("duty", __name__)

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
            _number("person"),
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


@bp.post("/duty/pass-on")
@allow(DESK | ROSTERERS)
def pass_on() -> ResponseReturnValue:
    """Ask somebody to take over a shift of one's own, or give any shift away at once."""
    try:
        done = _passed_on(request.form.get("act", "ask"))
    except Invalid as problem:
        return _page(said(problem)), 422
    flash(done)
    return redirect(url_for(".roster"))


@bp.post("/duty/swaps/<int:swap_id>/agree")
@allow(DESK)
def agree(swap_id: int) -> ResponseReturnValue:
    """Take over the shift one was asked for."""
    return _answer(duty.agree_to_swap, swap_id, gettext("The shift is yours now."))


@bp.post("/duty/swaps/<int:swap_id>/decline")
@allow(DESK)
def decline(swap_id: int) -> ResponseReturnValue:
    """Leave the shift with whoever asked."""
    return _answer(duty.decline_swap, swap_id, gettext("You declined. Whoever asked is told."))


@bp.post("/duty/swaps/<int:swap_id>/withdraw")
@allow(DESK)
def withdraw(swap_id: int) -> ResponseReturnValue:
    """Take one's own request back."""
    return _answer(duty.withdraw_swap, swap_id, gettext("The request is taken back."))


@bp.post("/duty/swaps/<int:swap_id>/approve")
@allow(ROSTERERS)
def approve(swap_id: int) -> ResponseReturnValue:
    """Decide in place of whoever was asked: the shift is theirs."""
    asked = queries.swap_by_id(swap_id)
    try:
        duty.reassign(asked.shift_id, asked.to_id, by_id=g.person_id, now=clock.now())
    except Invalid as invalid:
        problem = invalid.fields["to"]
        raise Refused(problem.message, **problem.facts) from None
    flash(gettext("The shift was given away. Both are told."))
    return redirect(url_for(".roster"))


def _passed_on(act: str) -> str:
    shift_id, to_id, now = _number("shift"), _number("to"), clock.now()
    if queries.by_id(shift_id) is None:
        raise Invalid({"shift": Problem(N_("Choose a shift."))})
    if act != "give":
        note = request.form.get("note", "")
        duty.ask_to_swap(shift_id, to_id, note=note, by_id=g.person_id, now=now)
        return gettext("The request is on its way. The shift stays yours until it is agreed to.")
    if not person().roles & ROSTERERS:
        raise Forbidden(N_("Only who plans the roster gives shifts away without asking."))
    duty.reassign(shift_id, to_id, by_id=g.person_id, now=now)
    return gettext("The shift was given away. Both are told.")


def _answer(verb: Callable[..., object], swap_id: int, done: str) -> ResponseReturnValue:
    verb(swap_id, by_id=g.person_id, now=clock.now())
    flash(done)
    return redirect(url_for(".roster"))


def _page(errors: dict[str, str]) -> str:
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


def _number(name: str) -> int:
    """The id that was chosen in a field; 0, which nothing has, when nothing was chosen."""
    given = request.form.get(name, "")
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
