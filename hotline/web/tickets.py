"""Tickets: what is owed first, one ticket with its promise and story, and what the desk does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotline import clock, policy
from hotline.audit import service as audit
from hotline.calls import queries as calls
from hotline.clock import TOKYO
from hotline.db import db
from hotline.duty.rules import LinesPolicy
from hotline.edge import errors, requests
from hotline.edge.access import EVERYBODY, allow
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.errors import N_, Invalid, Missing, Problem
from hotline.followups import queries as promises
from hotline.followups import service as followups
from hotline.followups.models import Followup
from hotline.followups.rules import OPEN, is_late
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.people.rules import DESK, READERS, Role
from hotline.tickets import queries, rules
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.queries import Owed, Wanted
from hotline.tickets.rules import CaseTypesPolicy
from hotline.timeline import queries as timeline
from hotline.timeline.rules import Audience
from hotline.web import formats, live, story, typed

bp = Blueprint("tickets", __name__)

PAGE = 50
SEARCH_LETTERS = 200

EARLIEST = datetime.min.replace(tzinfo=UTC)

LANES = {
    "late": N_("Late"),
    "now": N_("Now"),
    "today": N_("Today"),
    "later": N_("Later"),
    "nothing": N_("Nothing owed"),
}
"""The groups of the list, the most urgent first."""

FIRST_PAGES = (
    (Role.OPERATOR, "calls.today"),
    (Role.SUPERVISOR, "calls.today"),
    (Role.COORDINATOR, "tickets.index"),
    (Role.AUDITOR, "tickets.index"),
)


@dataclass(frozen=True)
class Sent:
    """A form that comes back: its name, what was typed, and what to do about it, by field."""

    name: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


@bp.get("/")
@allow(EVERYBODY)
def home() -> ResponseReturnValue:
    """Each role's first page; for a member the own company's tickets."""
    viewer = person()
    for role, endpoint in FIRST_PAGES:
        if role in viewer.roles:
            return redirect(url_for(endpoint))
    if Role.ADMINISTRATOR in viewer.roles:
        return redirect("/people")
    found = queries.newest(Wanted(), viewer, PAGE)
    requests.note_read("list:tickets")
    owed = promises.of_tickets([ticket.id for ticket in found])
    next_of = {ticket_id: _next(listed) for ticket_id, listed in owed.items()}
    return render_template("tickets/mine.html", tickets=found, next_of=next_of, now=clock.now())


@bp.get("/tickets")
@allow(READERS)
def index() -> ResponseReturnValue:
    """What is owed, late first; then the tickets on which nothing is owed."""
    now, viewer = clock.now(), person()
    wanted, after = _asked()
    rows, following = _rows(wanted, after, viewer)
    news = {
        "lanes": _lanes(rows, now=now),
        "late": queries.late_count(viewer, now=now),
        "following": following,
        "names": people.names([row.followup.taken_by_id for row in rows if row.followup]),
        "may_act": bool(viewer.roles & DESK),
        "link": partial(_link, wanted),
        "now": now,
    }
    if requests.is_poll():
        return live.answer("tickets/_list.html", **news)
    requests.note_read("list:tickets", **_noted(wanted))
    return render_template("tickets/index.html", wanted=wanted, **_choices(), **news)


@bp.get("/tickets/<number>")
@allow(READERS, Role.MEMBER)
def show(number: str) -> ResponseReturnValue:
    """One ticket; a number with spaces, dashes or fullwidth digits leads to it too."""
    canonical = rules.parse_number(number)
    if canonical is not None and canonical != number:
        return redirect(url_for(".show", number=canonical))
    ticket = queries.by_number(number, person())
    requests.note_read(tickets.subject(ticket.number))
    return _page(ticket, Sent())


@bp.post("/tickets/<number>/promises/<int:promise>/take")
@allow(DESK)
def take(number: str, promise: int) -> ResponseReturnValue:
    """Take the promise up."""
    ticket, followup = _owed(number, promise)
    followups.take(followup, by_id=person().id, now=clock.now())
    flash(gettext("You took this promise up."))
    return _back(ticket)


@bp.post("/tickets/<number>/promises/<int:promise>/keep")
@allow(DESK)
def keep(number: str, promise: int) -> ResponseReturnValue:
    """The call back was made."""
    ticket, followup = _owed(number, promise)
    followups.keep(followup, by_id=person().id, now=clock.now())
    flash(gettext("The promise is kept."))
    return _back(ticket)


@bp.post("/tickets/<number>/promises/<int:promise>/move")
@allow(DESK)
def move(number: str, promise: int) -> ResponseReturnValue:
    """Promise another time, with the reason."""
    ticket, followup = _owed(number, promise)
    try:
        followups.move(
            followup,
            ticket.number,
            due_at=typed.parse_moment(request.form),
            reason=request.form.get("reason", ""),
            by_id=person().id,
            now=clock.now(),
        )
    except Invalid as invalid:
        return _again(ticket, "move", invalid)
    flash(gettext("The promise was moved."))
    return _back(ticket)


@bp.post("/tickets/<number>/promises/<int:promise>/call-off")
@allow(DESK)
def call_off(number: str, promise: int) -> ResponseReturnValue:
    """Nothing is owed any more, for a reason."""
    ticket, followup = _owed(number, promise)
    reason = request.form.get("reason", "")
    try:
        followups.call_off(followup, reason=reason, by_id=person().id, now=clock.now())
    except Invalid as invalid:
        return _again(ticket, "call-off", invalid)
    flash(gettext("The promise was called off."))
    return _back(ticket)


@bp.post("/tickets/<number>/notes")
@allow(DESK)
def note(number: str) -> ResponseReturnValue:
    """Add a line to the story."""
    ticket = queries.by_number(number, person())
    text, audience = request.form.get("text", ""), request.form.get("audience", "")
    try:
        tickets.add_note(ticket, text, audience=audience, by_id=person().id, now=clock.now())
    except Invalid as invalid:
        return _again(ticket, "note", invalid)
    flash(gettext("The line was added."))
    return _back(ticket)


def _owed(number: str, promise_id: int) -> tuple[Ticket, Followup]:
    ticket = queries.by_number(number, person())
    followup = followups.get(promise_id)
    if followup.ticket_id != ticket.id:
        raise Missing()
    return ticket, followup


def _back(ticket: Ticket) -> ResponseReturnValue:
    return redirect(url_for(".show", number=ticket.number), code=303)


def _again(ticket: Ticket, name: str, invalid: Invalid) -> ResponseReturnValue:
    """The page with the form as it was typed; it shows the ticket, so it is a read too."""
    db.session.rollback()
    audit.write("read", tickets.subject(ticket.number), by_id=person().id, now=clock.now())
    said = {name: errors.say(problem) for name, problem in invalid.fields.items()}
    return make_response(_page(ticket, Sent(name, request.form, said)), 422)


def _page(ticket: Ticket, sent: Sent) -> str:
    viewer, now = person(), clock.now()
    audience = queries.audience_of(viewer)
    listed = promises.of_ticket(ticket.id)
    shown = {
        "ticket": ticket,
        "promise": _next(listed),
        "story": story.by_day(timeline.of_ticket(ticket.id, audience)),
        "now": now,
    }
    if audience is not Audience.STAFF:
        return render_template("tickets/member.html", **shown)
    return render_template(
        "tickets/show.html",
        **shown,
        ended=[one for one in listed if one.status not in OPEN],
        calls=calls.of_ticket(ticket.id),
        names=people.names([one.taken_by_id for one in listed]),
        audiences=formats.AUDIENCES,
        may_act=bool(viewer.roles & DESK),
        sent=sent,
    )


def _next(listed: list[Followup]) -> Followup | None:
    return next((one for one in listed if one.status in OPEN), None)


# --- The list ---


def _asked() -> tuple[Wanted, str]:
    """What the address asks for. Raises Invalid for codes that do not exist."""
    problems: dict[str, Problem] = {}
    for name, codes in _codes().items():
        if request.args.get(name, "") not in {"", *codes}:
            problems[name] = Problem(N_("There is no such choice."))
    q = request.args.get("q", "").strip()
    if len(q) > SEARCH_LETTERS or "\0" in q:
        problems["q"] = Problem(N_("At most %(limit)s letters, please."), limit=SEARCH_LETTERS)
    if problems:
        raise Invalid(problems)
    wanted = Wanted(
        status=request.args.get("status") or None,
        case_type=request.args.get("case_type") or None,
        line=request.args.get("line") or None,
        q=q or None,
    )
    return wanted, request.args.get("after", "")


def _codes() -> dict[str, tuple[str, ...]]:
    return {
        "status": tuple(rules.Status),
        "case_type": tuple(policy.get(CaseTypesPolicy).by_code),
        "line": policy.get(LinesPolicy).codes,
    }


def _choices() -> dict[str, object]:
    codes = _codes()
    return {
        "statuses": codes["status"],
        "case_types": codes["case_type"],
        "lines": codes["line"],
    }


def _link(wanted: Wanted, **changes: str) -> str:
    """The list with other choices; "" takes one away. The page starts anew unless ``after``."""
    asked: dict[str, Any] = {**_noted(wanted), **changes}
    return url_for(".index", **asked)


def _noted(wanted: Wanted) -> dict[str, str]:
    asked = {name: getattr(wanted, name) for name in ("status", "case_type", "line", "q")}
    return {name: value for name, value in asked.items() if value}


def _rows(wanted: Wanted, after: str, viewer: Person) -> tuple[list[Owed], str]:
    """One page of rows, and the key under which the following page is asked for ("": none)."""
    owed, key = _parse_after(after)
    rows: list[Owed] = []
    if owed:
        rows = queries.by_urgency(wanted, viewer, PAGE + 1, after=key)
        key = None
    if len(rows) <= PAGE:
        left = PAGE + 1 - len(rows)
        rows += queries.with_nothing_owed(wanted, viewer, left, after=key)
    return rows[:PAGE], _key_of(rows[PAGE - 1]) if len(rows) > PAGE else ""


def _key_of(row: Owed) -> str:
    if row.followup is not None:
        return f"owed,{row.followup.take_up_by.isoformat()},{row.followup.id}"
    return f"rest,{row.ticket.received_at.isoformat()},{row.ticket.id}"


def _parse_after(after: str) -> tuple[bool, tuple[datetime, int] | None]:
    """Whether the page begins among the owed ones, and after which row."""
    if not after:
        return True, None
    part, _, key = after.partition(",")
    at, _, row_id = key.partition(",")
    try:
        moment, number = datetime.fromisoformat(at), int(row_id)
    except ValueError:
        moment, number = None, 0
    if part not in ("owed", "rest") or moment is None or moment.tzinfo is None:
        raise Invalid({"after": Problem(N_("This link to a further page is broken."))})
    if not 0 < number < 2**31 or not 2000 <= moment.year < 2100:
        raise Invalid({"after": Problem(N_("This link to a further page is broken."))})
    return part == "owed", (moment, number)


def _lanes(rows: list[Owed], *, now: datetime) -> list[tuple[str, str, list[Owed]]]:
    """The rows in their groups: code, title, rows; empty groups are left out."""
    groups: dict[str, list[Owed]] = {code: [] for code in LANES}
    for row in rows:
        groups[_lane(row.followup, now=now)].append(row)
    for found in groups.values():
        # The page was cut by who turns late first; people read it by what was promised first.
        found.sort(key=lambda row: row.followup.due_at if row.followup else EARLIEST)
    return [(code, gettext(LANES[code]), found) for code, found in groups.items() if found]


def _lane(followup: Followup | None, *, now: datetime) -> str:
    if followup is None:
        return "nothing"
    if is_late(followup.status, followup.take_up_by, now=now):
        return "late"
    if followup.due_at - now <= formats.SOON:
        return "now"
    same_day = followup.due_at.astimezone(TOKYO).date() == now.astimezone(TOKYO).date()
    return "today" if same_day else "later"
