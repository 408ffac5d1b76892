"""The roster: who is rung now, who comes next, and the form that puts somebody on duty."""

from datetime import datetime

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotline import clock, policy
from hotline.duty import queries
from hotline.duty import service as duty
from hotline.duty.queries import Duty
from hotline.duty.rules import DUTIES, LinesPolicy
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


def _page(errors: dict[str, str]) -> str:
    now = clock.now()
    return render_template(
        "duty/roster.html",
        errors=errors,
        given=request.form,
        now=now,
        lines=[(line, _by_role(line.code, now)) for line in policy.get(LinesPolicy).lines],
        coming=queries.coming(now),
        line_names={line.code: line.label for line in policy.get(LinesPolicy).lines},
        role_names=ROLES,
        duties=DUTIES,
        candidates=_candidates(),
        may_change=bool(person().roles & ROSTERERS),
    )


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
