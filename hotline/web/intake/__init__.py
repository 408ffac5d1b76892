"""The intake: a new call has its number and promise at once; what the caller says follows."""

from collections.abc import Mapping

from flask import (
    Blueprint,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.audit import service as audit
from hotline.calls import service as calls
from hotline.db import db
from hotline.edge import errors, requests
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.errors import Invalid, Problem, Refused
from hotline.people.rules import DESK
from hotline.searchkeys import clean_name
from hotline.tickets import queries
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.rules import Stale, spaced
from hotline.web.intake import form as intake_form
from hotline.web.intake import page as intake_page
from hotline.web.intake import saving
from hotline.web.intake.asking import ASKED
from hotline.web.intake.form import Form
from hotline.web.intake.standing import both, digests, parts, stands
from hotline.web.intake.told import say_how, tell

bp = Blueprint("intake", __name__)

SEARCH_LETTERS = 200

APART = "apart"


@bp.post("/intake")
@allow(DESK)
def new() -> ResponseReturnValue:
    """A new call: ticket, number, received time and promise before the first question."""
    line = request.form.get("line", "")
    ticket = calls.begin_call(line=line, by_id=person().id, now=clock.now())
    return _go(url_for(".show", number=ticket.number))


@bp.get("/tickets/<number>/intake")
@allow(DESK)
def show(number: str) -> ResponseReturnValue:
    """Everything that is asked while the caller is on the line."""
    ticket = queries.by_number(number, person())
    if ticket.duplicate_of_id is not None:
        return redirect(url_for("tickets.show", number=ticket.number))
    requests.note_read(tickets.subject(ticket.number))
    form, outcome = saving.with_drafts(ticket, _saved(ticket), by=person(), now=clock.now())
    said = {name: errors.say(one) for name, one in outcome.problems.items()}
    return _page(ticket, form, said=said, versions=intake_page.versions(ticket, outcome.conflicts))


@bp.get("/intake/companies")
@allow(DESK)
def companies() -> ResponseReturnValue:
    """The companies that are meant, by name in any spelling, number or phone."""
    try:
        q = clean_name(request.args.get("q", ""), SEARCH_LETTERS)
    except Problem as problem:
        raise Invalid({"q": problem}) from problem
    if q:
        requests.note_read("search:companies", q=q)
    template = "intake/_hits.html" if _is_script() else "intake/companies.html"
    return render_template(template, hits=intake_page.hits(q), q=q)


@bp.post("/tickets/<number>/intake")
@allow(DESK)
def save(number: str) -> ResponseReturnValue:
    """Save what was typed; a button that only asks for something shows it and saves nothing."""
    ticket = queries.by_number(number, person())
    form = _typed(ticket)
    asked = next((name for name in ASKED if name in form), None)
    if asked is not None:
        ASKED[asked](form)
        return _shown(ticket, form, found=asked == "find")
    first = ticket.changed_at is None
    try:
        channels = _fill_in(ticket, form)
    except (Refused, Invalid) as problem:
        return _again(number, form, problem)
    _keep_apart(ticket, form)
    flash(gettext("What you typed is saved."))
    if first and not ticket.drill:
        say_how(channels)
    return _go(url_for(".show", number=ticket.number))


@bp.post("/tickets/<number>/join")
@allow(DESK)
def join(number: str) -> ResponseReturnValue:
    """The incident goes on under another number; what was typed here is saved first."""
    ticket = queries.by_number(number, person())
    into = queries.by_number(request.form.get("into", ""), person())
    form = _typed(ticket)
    try:
        if "version" in form and intake_form.differences(_saved(ticket), form):
            _fill_in(ticket, form)
        tickets.join(ticket, into, by_id=person().id, now=clock.now())
    except (Refused, Invalid) as problem:
        return _again(number, form, problem)
    flash(
        gettext(
            "The call goes on under %(into)s. The number %(number)s leads there too.",
            into=spaced(into.number),
            number=spaced(ticket.number),
        )
    )
    return _go(url_for("tickets.show", number=into.number))


@bp.post("/tickets/<number>/intake/fields")
@allow(DESK)
def fields(number: str) -> ResponseReturnValue:
    """Save the parts that a script sends while somebody types; what the page shows, as JSON."""
    now = clock.now()
    ticket = queries.by_number(number, person())
    tickets.hold(ticket)
    outcome = saving.save_parts(ticket, request.form, by=person(), now=now)
    if APART in request.form:
        _keep_apart(ticket, request.form)
    told = tell(ticket) if "tell" in request.form else []
    form, kept = saving.with_drafts(ticket, _saved(ticket), by=person(), now=now)
    problems = {
        name: errors.say(one) for name, one in {**kept.problems, **outcome.problems}.items()
    }
    return jsonify(
        told=told,
        problems=problems,
        conflicts=both(ticket, outcome.conflicts),
        fields={f"base.{part}": digest for part, digest in digests(ticket, outcome.saved).items()},
        **stands(ticket),
        parts=parts(ticket, form, problems),
    )


def _saved(ticket: Ticket) -> Form:
    """The form as it stands in the database."""
    form = saving.standing(ticket)
    form["version"] = str(ticket.version)
    form["marks"] = intake_form.marks(form)
    return form


def _typed(ticket: Ticket) -> Form:
    return intake_form.merged(_saved(ticket), request.form)


def _fill_in(ticket: Ticket, form: Form) -> list[str]:
    """Save it all or nothing; the channels by which the caller is told. Raises Refused, Invalid."""
    now = clock.now()
    intake, problems = intake_form.read(form, now=now)
    version = form.get("version", 0, type=int)
    try:
        channels = tickets.fill_in(ticket, intake, version=version, by=person(), now=now)
    except Invalid as invalid:
        raise Invalid({**invalid.fields, **problems}) from invalid
    if problems:
        raise Invalid(problems)
    return list(channels)


def _keep_apart(ticket: Ticket, form: Form) -> None:
    """Put on record which tickets somebody says are another incident."""
    said = set(form.getlist(APART))
    if not said:
        return
    alike = {one.number for one in queries.similar(ticket, now=clock.now())}
    for other in sorted((said & alike) - saving.kept_apart(ticket)):
        tickets.keep_apart(ticket, other, by_id=person().id, now=clock.now())


def _page(
    ticket: Ticket,
    form: Form,
    *,
    said: Mapping[str, str] | None = None,
    **more: object,
) -> str:
    viewer, now = person(), clock.now()
    shown = {
        "hits": None,
        "versions": [],
        "refused": "",
        **intake_page.whole(ticket),
        **intake_page.parts(ticket, form, viewer, now=now),
        **more,
    }
    said = said or {}
    elsewhere = intake_page.elsewhere(said, shown)
    return render_template("intake/show.html", errors=said, elsewhere=elsewhere, **shown)


def _shown(ticket: Ticket, form: Form, *, found: bool) -> ResponseReturnValue:
    """The page with what was asked for; it shows the ticket, so it is a read too."""
    _note_read(ticket)
    hits = intake_page.hits(form.get("company", "")[:SEARCH_LETTERS]) if found else None
    return make_response(_page(ticket, form, hits=hits))


def _again(number: str, form: Form, problem: Refused | Invalid) -> ResponseReturnValue:
    """The page with every word that was typed, and what stands in the way."""
    db.session.rollback()
    ticket = queries.by_number(number, person())
    _note_read(ticket)
    if isinstance(problem, Invalid):
        return make_response(_page(ticket, form, said=errors.said(problem)), 422)
    if isinstance(problem, Stale):
        return make_response(_both_versions(ticket, form), 409)
    return make_response(_page(ticket, form, refused=errors.say(problem)), 409)


def _both_versions(ticket: Ticket, form: Form) -> str:
    """What I typed in the fields, and beside it what somebody else saved meanwhile."""
    theirs = _saved(ticket)
    differing = intake_form.differences(theirs, form)
    form["version"], form["marks"] = theirs["version"], theirs["marks"]
    return _page(ticket, form, versions=intake_page.versions(ticket, differing), stale=True)


def _note_read(ticket: Ticket) -> None:
    audit.write("read", tickets.subject(ticket.number), by_id=person().id, now=clock.now())


def _is_script() -> bool:
    return request.headers.get("X-Fragment") == "1"


def _go(path: str) -> ResponseReturnValue:
    """On to the next page; a script is told where, so that it leaves only when all is saved."""
    if _is_script():
        return "", 204, {"X-Go-To": path}
    return redirect(path, code=303)
