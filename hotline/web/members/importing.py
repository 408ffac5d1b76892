"""Take over a file of companies, after a look at what it would do."""

from typing import Any

from flask import flash, g, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from hotline import clock
from hotline.edge import limits, requests
from hotline.edge.access import allow
from hotline.edge.errors import say
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.errors import N_
from hotline.members import rules
from hotline.members import service as members
from hotline.members.rules import Report
from hotline.people.rules import READERS
from hotline.web.members import checked
from hotline.web.members.frame import IMPORTERS, bp, words

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


@bp.get("/members/import")
@allow(IMPORTERS)
def import_form() -> ResponseReturnValue:
    """Choose a file."""
    return _import_page(None)


@bp.post("/members/import")
@allow(IMPORTERS)
@limits.takes_files(checked.LARGEST)
@requests.prepared_by(checked.read_upload)
def import_check() -> ResponseReturnValue:
    """Say row by row what importing the file would do; nothing is changed."""
    if g.sheet is None:
        errors = {name: say(problem) for name, problem in g.why.items()}
        return make_response(_import_page(None, errors=errors), 422)
    return _report_page(g.report)


@bp.post("/members/import/run")
@allow(IMPORTERS)
@limits.takes_files(checked.LARGEST)
@requests.prepared_by(checked.read_checked)
def import_run() -> ResponseReturnValue:
    """Import what was checked, if the check would still say the same."""
    if g.sheet is None:
        errors = {"file": gettext("The check is too old. Please choose the file once more.")}
        return make_response(_import_page(None, errors=errors), 422)
    if checked.digest(g.report) != g.seen:
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
    signed = checked.signed(g.sheet, report) if importable else ""
    return _import_page(report, checked=signed, moved=moved)


def _import_page(report: Report | None, **facts: Any) -> str:
    shown = checked.shown(report) if report else {}
    return render_template(
        "members/import.html",
        **{"errors": {}, "checked": "", "moved": False, **facts, **shown},
        report=report,
        outcomes=OUTCOMES,
        field_names=FIELD_NAMES,
        columns=rules.FIELDS,
        say=say,
        most_rows=checked.MOST_ROWS,
        megabytes=members.LARGEST >> 20,
        **words(),
    )
