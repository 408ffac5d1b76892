"""The roster and its forms: who is put on duty, who passes a shift on, and who agrees to it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from flask import Blueprint, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.duty import queries
from hotline.duty import service as duty
from hotline.duty.rules import WEEK
from hotline.edge import requests
from hotline.edge.access import allow
from hotline.edge.errors import said
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.errors import N_, Forbidden, Invalid, Problem, Refused
from hotline.people.rules import DESK, STAFF
from hotline.web import typed
from hotline.web.duty.roster import ROSTERERS, midnight, page

bp = Blueprint("duty", __name__)


@bp.get("/duty")
@allow(STAFF)
def roster() -> ResponseReturnValue:
    """Who is on duty for each line, and the shifts to come."""
    requests.note_read("list:duty")
    return page({})


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
        return page(said(problem)), 422
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
    copied = duty.copy_week(midnight(monday), by_id=g.person_id, now=clock.now())
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
        return page(said(problem)), 422
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


def _given_monday() -> date:
    """The Monday of the week in the form. Raises Invalid when none can be read from it."""
    try:
        day = typed.parse_day(request.form.get("week", ""))
    except Problem as problem:
        raise Invalid({"week": problem}) from None
    return day - timedelta(days=day.weekday())


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
