"""Companies: find one, see what it may ask for, correct it, and take over a file of them."""

from typing import Any

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from hotline import clock
from hotline.audit import service as audit
from hotline.db import db
from hotline.edge import limits, requests
from hotline.edge.access import allow
from hotline.edge.errors import said, say
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.errors import N_, Invalid, Missing, Problem
from hotline.members import queries, rules
from hotline.members import service as members
from hotline.members.models import Member
from hotline.members.rules import Details, Report
from hotline.people.rules import DESK, READERS, Role
from hotline.searchkeys import clean_name
from hotline.tickets import queries as tickets
from hotline.web.members import accounts as member_accounts
from hotline.web.members import entitled
from hotline.web.members import form as member_form
from hotline.web.members import importing as member_import
from hotline.web.members.accounts import INVITERS
from hotline.web.members.form import Form
from hotline.web.sent import Sent

bp = Blueprint("members", __name__)

IMPORTERS = frozenset({Role.COORDINATOR, Role.SUPERVISOR, Role.ADMINISTRATOR})
"""Companies are master data: administrators load them, and see no case text in doing so."""

PAGE = 50
SEARCH_LETTERS = 200
NUMBER_LETTERS = 40
TICKETS = 10

OUTCOMES = {
    "wrong": N_("wrong"),
    "added": N_("new"),
    "changed": N_("changed"),
    "unchanged": N_("as before"),
}
FIELD_NAMES = {
    "": N_("Row"),
    "number": N_("Company number"),
    "name": N_("Company name"),
    "kana": N_("Reading"),
    "corporate_number": N_("Corporate number"),
    "jnx_number": N_("JNX number"),
    "site": N_("Site"),
    "address": N_("Address"),
    "phone": N_("Phone"),
    "contact_name": N_("Contact"),
    "contact_kana": N_("Reading of the contact"),
    "contact_email": N_("Mail of the contact"),
    "contact_phone": N_("Phone of the contact"),
    "policy_number": N_("Policy number"),
    "policy_from": N_("Covers from"),
    "policy_to": N_("Covers until"),
    "liability_limit_yen": N_("Liability limit"),
    "cost_limit_yen": N_("Cost limit"),
}


# Find and see


@bp.get("/members")
@allow(READERS)
def index() -> ResponseReturnValue:
    """Companies by number, all or those that match a search."""
    q, after = _asked()
    found = queries.search(q, limit=PAGE + 1, after=after or None)
    requests.note_read("list:members", **({"q": q} if q else {}))
    now = clock.now()
    return render_template(
        "members/index.html",
        q=q,
        first=not after,
        found=[(one, rules.entitlement(one, now)) for one in found[:PAGE]],
        following=found[PAGE - 1].number if len(found) > PAGE else "",
        **_words(),
    )


@bp.get("/members/<number>")
@allow(READERS)
def show(number: str) -> ResponseReturnValue:
    """One company: what it may ask for and why, its places, people, policies and tickets."""
    member = _found(number)
    requests.note_read(members.subject(member.number))
    return _show_page(member, Sent())


def _show_page(member: Member, sent: Sent) -> str:
    """One company as it stands now; ``sent`` says what is in the way of what was asked."""
    now = clock.now()
    return render_template(
        "members/show.html",
        member=member,
        accounts=member_accounts.shown(member, now=now),
        sent=sent,
        details=members.details_of(member),
        policies=[(one, rules.covers(one, now)) for one in reversed(member.policies)],
        entitlement=rules.entitlement(member, now),
        exclusions=rules.EXCLUSIONS,
        alike=queries.sounding_like(member),
        tickets=tickets.of_member(member.number, person(), TICKETS),
        now=now,
        **_words(),
    )


def _asked() -> tuple[str, str]:
    """Search and last number seen. Raises Invalid for what no field of ours can hold."""
    problems: dict[str, Problem] = {}
    asked = {}
    for name, limit in (("q", SEARCH_LETTERS), ("after", NUMBER_LETTERS)):
        try:
            asked[name] = clean_name(request.args.get(name, ""), limit)
        except Problem as problem:
            problems[name] = problem
    if problems:
        raise Invalid(problems)
    return asked["q"], asked["after"]


def _found(number: str) -> Member:
    member = queries.by_number(number) if number.isprintable() else None
    if member is None:
        raise Missing()
    return member


def _words() -> dict[str, Any]:
    roles = person().roles
    return {
        "may_change": bool(roles & DESK),
        "may_import": bool(roles & IMPORTERS),
        "flags": entitled.FLAGS,
        "answers": entitled.ANSWERS,
        "sentence": entitled.sentence,
        "yen": entitled.yen,
        "change_of_cover": entitled.change_of_cover,
    }


# Add and correct


@bp.get("/members/new")
@allow(DESK)
def new() -> ResponseReturnValue:
    """The form of a company nobody has written down yet."""
    return _form_page(None, member_form.of(Details("")))


@bp.post("/members")
@allow(DESK)
def add() -> ResponseReturnValue:
    """Write a company down."""
    return _save(None)


@bp.get("/members/<number>/edit")
@allow(DESK)
def edit(number: str) -> ResponseReturnValue:
    """The form of one company."""
    member = _found(number)
    requests.note_read(members.subject(member.number))
    return _form_page(member, member_form.of(members.details_of(member)))


@bp.post("/members/<number>")
@allow(DESK)
def change(number: str) -> ResponseReturnValue:
    """Save a company; whoever comes second gets both versions."""
    return _save(_found(number))


def _save(member: Member | None) -> ResponseReturnValue:
    form = member_form.sent()
    if member is not None:
        form.head["number"] = member.number
    try:
        details = form.details()
        saved = members.save(
            member, details, version=_version(), by_id=g.person_id, now=clock.now()
        )
    except Invalid as invalid:
        return make_response(_again(member, form, said(invalid)), 422)
    except members.Stale:
        return make_response(_again(member, form, {}, theirs=member), 409)
    flash(gettext("Saved."))
    return redirect(url_for(".show", number=saved.number), code=303)


def _version() -> int:
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _again(
    member: Member | None, form: Form, errors: dict[str, str], *, theirs: Member | None = None
) -> str:
    """The form as it was typed; it shows the company, so it is a read too."""
    db.session.rollback()
    if member is not None:
        subject = members.subject(member.number)
        audit.write("read", subject, by_id=g.person_id, now=clock.now())
    return _form_page(member, form, errors, theirs=theirs)


def _form_page(
    member: Member | None,
    form: Form,
    errors: dict[str, str] | None = None,
    *,
    theirs: Member | None = None,
) -> str:
    return render_template(
        "members/form.html",
        member=member,
        form=form,
        errors=errors or {},
        version_shown=_shown_version(member, theirs),
        theirs=members.details_of(theirs) if theirs else None,
        now=clock.now(),
        **_words(),
    )


def _shown_version(member: Member | None, theirs: Member | None) -> int:
    """What is sent back: the version that this page shows, or that was shown before a mistake."""
    if member is None:
        return 0
    return member.version if theirs or request.method == "GET" else _version()


# Let its people in


@bp.post("/members/<number>/contacts/<int:contact_id>/invite")
@allow(INVITERS)
def invite(number: str, contact_id: int) -> ResponseReturnValue:
    """Invite a contact to the portal, with the address that is on file; as manager or not."""
    member = _found(number)
    return member_accounts.act(
        member,
        lambda now: member_accounts.invite(member, contact_id, now),
        _show_page,
        form="invite",
    )


@bp.post("/members/<number>/invitations/<int:invitation_id>/take-back")
@allow(INVITERS)
def take_back(number: str, invitation_id: int) -> ResponseReturnValue:
    """Make an invitation worthless."""
    member = _found(number)
    return member_accounts.act(
        member,
        lambda now: member_accounts.take_back(member, invitation_id, now),
        _show_page,
        form="take-back",
    )


@bp.post("/members/<number>/accounts/<int:person_id>/<any('manager', 'shut-out', 'let-in'):what>")
@allow(INVITERS)
def account(number: str, person_id: int, what: str) -> ResponseReturnValue:
    """Make somebody of the company manager or not, shut them out, or let them in again."""
    member, verb = _found(number), member_accounts.VERBS[what]
    return member_accounts.act(
        member, lambda now: verb(member, person_id, now), _show_page, form=what
    )


# Take over a file


@bp.get("/members/import")
@allow(IMPORTERS)
def import_form() -> ResponseReturnValue:
    """Choose a file."""
    return _import_page(None)


@bp.post("/members/import")
@allow(IMPORTERS)
@limits.takes_files(member_import.LARGEST)
@requests.prepared_by(member_import.read_upload)
def import_check() -> ResponseReturnValue:
    """Say row by row what importing the file would do; nothing is changed."""
    if g.sheet is None:
        errors = {name: say(problem) for name, problem in g.why.items()}
        return make_response(_import_page(None, errors=errors), 422)
    return _report_page(g.report)


@bp.post("/members/import/run")
@allow(IMPORTERS)
@limits.takes_files(member_import.LARGEST)
@requests.prepared_by(member_import.read_checked)
def import_run() -> ResponseReturnValue:
    """Import what was checked, if the check would still say the same."""
    if g.sheet is None:
        errors = {"file": gettext("The check is too old. Please choose the file once more.")}
        return make_response(_import_page(None, errors=errors), 422)
    if member_import.digest(g.report) != g.seen:
        return make_response(_report_page(g.report, moved=True), 409)
    report = members.import_rows(g.sheet, by_id=g.person_id, now=clock.now())
    flash(
        gettext(
            "Imported: %(added)s new rows, %(changed)s changed ones.",
            added=report.count(rules.Outcome.ADDED),
            changed=report.count(rules.Outcome.CHANGED),
        )
    )
    reader = bool(person().roles & READERS)
    return redirect(url_for(".index" if reader else ".import_form"), code=303)


def _report_page(report: Report, *, moved: bool = False) -> str:
    importable = report.may_be_imported and report.changes_something
    checked = member_import.signed(g.sheet, report) if importable else ""
    return _import_page(report, checked=checked, moved=moved)


def _import_page(report: Report | None, **facts: Any) -> str:
    shown = member_import.shown(report) if report else {}
    return render_template(
        "members/import.html",
        **{"errors": {}, "checked": "", "moved": False, **facts, **shown},
        report=report,
        outcomes=OUTCOMES,
        field_names=FIELD_NAMES,
        columns=rules.FIELDS,
        say=say,
        most_rows=member_import.MOST_ROWS,
        megabytes=members.LARGEST >> 20,
        **_words(),
    )
