"""The telephone's day: who called, how it ended, whom nobody reached yet; one call by itself."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from http import HTTPStatus

from flask import (
    Blueprint,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from hotline import clock, policy
from hotline.audit import service as audit
from hotline.calendars import service as calendars
from hotline.calendars.rules import YEARS
from hotline.calls import queries, rules
from hotline.calls import service as calls
from hotline.calls.models import Call
from hotline.calls.rules import DispositionsPolicy
from hotline.clock import TOKYO
from hotline.db import db
from hotline.duty.rules import LinesPolicy
from hotline.edge import errors, requests
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.errors import Invalid, Missing, Problem
from hotline.people import queries as people
from hotline.people.rules import DESK, READERS
from hotline.tickets import queries as tickets
from hotline.web import formats, live, typed
from hotline.web.calls import page as call_page
from hotline.web.tickets import listing as ticket_list

bp = Blueprint("calls", __name__)

PAGE = 100
FIRST = 10
"""So many missed calls stand above the day; their own page has them all."""
ONE_DAY = timedelta(days=1)
UNDONE_WITHIN = timedelta(hours=12)
"""For so long the list of missed calls shows what was taken off it."""
"""No id has so many digits."""


@bp.get("/calls")
@allow(READERS)
def today() -> ResponseReturnValue:
    """The calls of one day in Japan, the newest first; on top the missed ones, of any day."""
    now = clock.now()
    on = _day_asked(now)
    listed = _calls_of(on)
    missed = queries.missed(now, limit=FIRST + 1)
    both = [*missed, *listed]
    news = {
        "calls": listed[:PAGE],
        "following": _following(listed),
        "missed": missed[:FIRST],
        "more_missed": len(missed) > FIRST,
        "numbers": tickets.numbers([call.ticket_id for call in both]),
        "names": people.names(
            [one for call in both for one in (call.answered_by_id, call.placed_by_id)]
        ),
        "open_at": _hours_of(both),
        "may_act": bool(person().roles & DESK),
        "on": on,
        "is_today": on == now.astimezone(TOKYO).date(),
        "now": now,
    }
    if requests.is_poll():
        return live.answer("calls/_list.html", **news)
    requests.note_read("list:calls", day=on.isoformat())
    around = {"before": on - ONE_DAY, "after": on + ONE_DAY}
    return render_template("calls/today.html", **around, **news)


@dataclass(frozen=True)
class Said:
    """What was chosen and typed to close missed calls, and what stood in the way, by field."""

    chosen: Collection[int] = ()
    reason: str = ""
    note: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


@bp.get("/calls/missed")
@allow(READERS)
def missed() -> ResponseReturnValue:
    """Everybody who was not reached and is not called back yet, the longest waiting first."""
    return _missed(None)


def _missed(said: Said | None) -> ResponseReturnValue:
    now = clock.now()
    after = request.args.get("after", "")
    listed = queries.missed(
        now, limit=PAGE + 1, after=ticket_list.parse_key(after) if after else None
    )
    last = listed[PAGE - 1] if len(listed) > PAGE else None
    may_act = bool(person().roles & DESK)
    gone = queries.taken_off(since=now - UNDONE_WITHIN) if may_act and not after else []
    news = {
        "missed": listed[:PAGE],
        "following": f"{last.received_at.isoformat()},{last.id}" if last else "",
        "numbers": tickets.numbers([call.ticket_id for call in listed]),
        "may_act": may_act,
        "gone": gone,
        "names": people.names([one.by_id for one in gone]),
        "chosen": frozenset(said.chosen) if said else frozenset(),
        "now": now,
    }
    if requests.is_poll():
        return live.answer("calls/_missed_page.html", **news)
    requests.note_read("list:missed")
    around = {"reasons": policy.get(DispositionsPolicy).missed, "said": said or Said()}
    return render_template("calls/missed.html", **around, **news)


@bp.post("/calls/<int:call_id>/ticket")
@allow(DESK)
def open_ticket(call_id: int) -> ResponseReturnValue:
    """Make a ticket of a call; what the caller says is written down in its intake."""
    ticket = calls.open_from(_call(call_id), by_id=person().id, now=clock.now())
    flash(gettext("The ticket was opened."))
    return redirect(url_for("intake.show", number=ticket.number), code=303)


@bp.post("/calls/<int:call_id>/handled")
@allow(DESK)
def handled(call_id: int) -> ResponseReturnValue:
    """Somebody called back: the missed call is off the list."""
    calls.handle(_call(call_id), reason=calls.CALLED_BACK, by_id=person().id, now=clock.now())
    flash(gettext("The missed call is off the list."))
    back = ".missed" if request.form.get("list") == "missed" else ".today"
    return redirect(url_for(back), code=303)


@bp.post("/calls/missed")
@allow(DESK)
def close() -> ResponseReturnValue:
    """Take every missed call that was chosen off the list, for one reason."""
    chosen = _ids(request.form.getlist("calls"))
    reason, note = request.form.get("reason", ""), request.form.get("note", "")
    try:
        results = calls.close_all(
            chosen, reason=reason, note=note, by_id=person().id, now=clock.now()
        )
    except Invalid as invalid:
        db.session.rollback()
        audit.write("read", "list:missed", by_id=person().id, now=clock.now())
        said = Said(chosen, reason, note, errors.said(invalid))
        return make_response(_missed(said), HTTPStatus.UNPROCESSABLE_ENTITY)
    for sentence in _results(results):
        flash(sentence)
    return redirect(url_for(".missed"), code=303)


@bp.post("/calls/missed/undo")
@allow(DESK)
def put_back() -> ResponseReturnValue:
    """They were taken off the list by mistake: they wait on it again."""
    given = request.form.get("back", "").split()[: rules.MOST_AT_ONCE]
    back = calls.put_back(_ids(given), by_id=person().id, now=clock.now())
    flash(
        ngettext(
            "%(num)s missed call is on the list again.",
            "%(num)s missed calls are on the list again.",
            len(back),
        )
    )
    return redirect(url_for(".missed"), code=303)


def _ids(given: Sequence[str]) -> list[int]:
    """Those that can be the id of a call."""
    ids = (typed.id_or_none(one) for one in given)
    return [one for one in ids if one is not None]


def _results(results: Sequence[calls.Closing]) -> Iterator[str]:
    """How many are off the list, and each one that is not, with why."""
    done = sum(one.refused is None for one in results)
    yield ngettext(
        "%(num)s missed call is off the list.", "%(num)s missed calls are off the list.", done
    )
    for one in results:
        if one.refused is not None:
            number = formats.masked(formats.phone(one.call.from_number))
            at = formats.moment(one.call.received_at, clock.now())
            yield f"{at} {number}: {errors.say(one.refused)}"


@bp.get("/calls/<int:call_id>")
@allow(READERS)
def show(call_id: int) -> ResponseReturnValue:
    """One call with the whole number, what became of it, and what can be done with it."""
    call = _call(call_id)
    requests.note_read(calls.subject(call))
    return call_page.shown(call, person(), now=clock.now())


def _call(call_id: int) -> Call:
    found = queries.by_id(call_id)
    if found is None:
        raise Missing()
    return found


def _day_asked(now: datetime) -> date:
    """The day of the address, today without one. Raises Invalid for what is no date."""
    asked = request.args.get("day", "")
    if not asked:
        return now.astimezone(TOKYO).date()
    try:
        return typed.parse_day(asked)
    except Problem as problem:
        raise Invalid({"day": problem}) from problem


def _calls_of(on: date) -> list[Call]:
    """One page and one more of the day's calls, from after the one the address names."""
    start = datetime.combine(on, time(), TOKYO)
    end = (start + ONE_DAY, 0)
    after = request.args.get("after", "", str)
    if after:
        last = _call(typed.parse_id(after))
        end = min(end, (last.received_at, last.id))
    return queries.page(since=start, before=end, limit=PAGE + 1)


def _following(listed: list[Call]) -> int | None:
    return listed[PAGE - 1].id if len(listed) > PAGE else None


def _hours_of(listed: list[Call]) -> dict[int, bool]:
    """Call id to whether it came within the business hours of its line."""
    calendar_of = {line.code: line.calendar for line in policy.get(LinesPolicy).lines}
    known = {name: calendars.current(name) for name in set(calendar_of.values())}
    return {
        call.id: known[calendar_of[call.line]].is_open(call.received_at)
        for call in listed
        # A call dated outside the calendar's years is still listed.
        if call.line in calendar_of and call.received_at.astimezone(TOKYO).year in YEARS
    }
