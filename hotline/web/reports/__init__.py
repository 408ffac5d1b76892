"""Figures of a span of days: to be looked at, printed, and taken along as files."""

from http import HTTPStatus

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.edge import errors, requests
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.errors import Invalid, Missing
from hotline.reports import queries, rules
from hotline.reports.queries import Report
from hotline.web import formats
from hotline.web.reports import files, shown, words
from hotline.web.reports.asked import FREE, NAMES, Asked, asked, usual

bp = Blueprint("reports", __name__)


@bp.get("/reports")
@allow(rules.VIEWERS)
def show() -> ResponseReturnValue:
    """The figures of a span, drawn and as tables."""
    now = clock.now()
    try:
        return _page(asked(now), {})
    except Invalid as invalid:
        return _page(usual(now), errors.said(invalid)), HTTPStatus.UNPROCESSABLE_ENTITY


@bp.get("/reports/figures.xlsx")
@allow(rules.VIEWERS)
def workbook() -> Response:
    """All figures of a span as a workbook."""
    now = clock.now()
    report = _report(asked(now))
    _note(report.span, "figures", "xlsx")
    return files.workbook_of(report, formats.full_moment(now))


@bp.get("/reports/tables/<code>.csv")
@allow(rules.VIEWERS)
def table(code: str) -> Response:
    """One table of figures as text."""
    report = _report(asked(clock.now()))
    if code not in report.tables:
        raise Missing()
    _note(report.span, code, "csv")
    return files.text_of(report.tables[code], report)


@bp.get("/reports/cases.csv")
@allow(rules.CASE_READERS)
def cases_as_text() -> Response:
    """The cases of a span, line by line."""
    now = clock.now()
    span = asked(now).span
    _note(span, "cases", "csv")
    return files.cases_as_text(queries.cases(span, now=now), span)


@bp.get("/reports/cases.xlsx")
@allow(rules.CASE_READERS)
def cases_as_workbook() -> Response:
    """The cases of a span as a workbook."""
    now = clock.now()
    span = asked(now).span
    _note(span, "cases", "xlsx")
    return files.cases_as_workbook(queries.cases(span, now=now), span)


def _page(wanted: Asked, problems: dict[str, str]) -> str:
    report = _report(wanted)
    _note(report.span, "figures", "page")
    return render_template(
        "reports/show.html",
        asked=wanted,
        names=NAMES,
        free=FREE,
        given={name: request.args.get(name, "") for name in ("from", "to")},
        errors=problems,
        report=report,
        keys=shown.keys(report),
        parts=list(shown.parts(report)),
        may_read_cases=_reads_cases(),
        few=rules.FEW,
        span_words=words.span,
        now=clock.now(),
    )


def _report(wanted: Asked) -> Report:
    return queries.report(wanted.span, with_money=_reads_cases(), now=clock.now())


def _reads_cases() -> bool:
    """Who may read cases sees their money too."""
    return bool(person().roles & rules.CASE_READERS)


def _note(span: rules.Span, what: str, how: str) -> None:
    """Whoever takes figures or cases along is on record with the days and the form."""
    requests.note_read(
        f"report:{what}", first=span.first.isoformat(), last=span.last.isoformat(), form=how
    )
