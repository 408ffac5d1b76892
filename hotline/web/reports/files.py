"""The report, one of its tables or the cases themselves as a file to take along."""

from collections.abc import Iterator
from io import SEEK_END, BytesIO
from itertools import islice
from tempfile import TemporaryFile
from typing import IO

from flask import Response

from hotline.edge.language import gettext
from hotline.errors import N_, Refused
from hotline.reports.queries import Case, Report
from hotline.reports.rules import Figure, Span, Table, Unit
from hotline.reports.service import Cell, Head, Kind, Sheet, csv_lines, write_workbook
from hotline.tickets.rules import spaced
from hotline.web import formats
from hotline.web.reports import words

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PIECE = 64 * 1024

MOST_IN_A_WORKBOOK = 20_000
"""A workbook is made as a whole before it is sent: more cases than this are for CSV."""

KINDS = {Unit.SHARE: Kind.SHARE}

CASE_HEADS = (
    Head(N_("Number"), Kind.TEXT),
    Head(N_("Received"), Kind.MOMENT),
    Head(N_("Case type"), Kind.TEXT),
    Head(N_("Severity"), Kind.TEXT),
    Head(N_("Line"), Kind.TEXT),
    Head(N_("Hours"), Kind.TEXT),
    Head(N_("Status"), Kind.TEXT),
    Head(N_("Drill"), Kind.TEXT),
    Head(N_("Promised for"), Kind.MOMENT),
    Head(N_("Taken up at"), Kind.MOMENT),
    Head(N_("Kept at"), Kind.MOMENT),
    Head(N_("Late by (minutes)")),
    Head(N_("Closed at"), Kind.MOMENT),
    Head(N_("Company"), Kind.TEXT),
)


def workbook_of(report: Report, made: str) -> Response:
    """Every table as a sheet of its own, after one that says what the figures mean."""
    tables = [
        _sheet(table, report, _title(section.title, table.title, number))
        for section in report.sections
        for number, table in enumerate(section.tables)
    ]
    return _workbook([_about(report, made), *tables], _name("figures", report.span, "xlsx"))


def text_of(table: Table, report: Report) -> Response:
    """One table as CSV."""
    lines = csv_lines(_sheet(table, report, gettext(table.title)))
    file = BytesIO("".join(lines).encode())
    return _sent(file, CSV, _name(table.code, report.span, "csv"))


def cases_as_text(cases: Iterator[Case], span: Span) -> Response:
    """The cases line by line, however many there are.

    They are laid on disk first: what fails in the middle is an error, never a file that ends early.
    """
    file = TemporaryFile()  # noqa: SIM115 - it is closed when it was sent
    for piece in csv_lines(_case_sheet(cases)):
        file.write(piece.encode())
    return _sent(file, CSV, _name("cases", span, "csv"))


def cases_as_workbook(cases: Iterator[Case], span: Span) -> Response:
    """The cases as one sheet. Raises Refused when there are too many for one."""
    found = list(islice(cases, MOST_IN_A_WORKBOOK + 1))
    if len(found) > MOST_IN_A_WORKBOOK:
        sentence = N_("These are more than %(most)s cases. Take the CSV, or a shorter span.")
        raise Refused(sentence, most=MOST_IN_A_WORKBOOK)
    return _workbook([_case_sheet(iter(found))], _name("cases", span, "xlsx"))


def _title(section: str, table: str, number: int) -> str:
    """The main table is called as its section; the others say both."""
    if number == 0:
        return gettext(section)
    return gettext("%(section)s, %(table)s", section=gettext(section), table=gettext(table))


def _sheet(table: Table, report: Report, title: str) -> Sheet:
    heads = [Head(words.rows_are(table, report), Kind.TEXT)]
    heads += [Head(words.head(one), KINDS.get(one.unit, Kind.NUMBER)) for one in table.columns]
    return Sheet(title, heads, _rows(table, report))


def _rows(table: Table, report: Report) -> Iterator[tuple[Cell, ...]]:
    rows: list[tuple[str, tuple[Figure, ...]]] = [
        (words.row(one.key, table, report), one.figures) for one in table.rows
    ]
    rows += [(gettext("In all"), table.total), (gettext("Before"), table.former)]
    yield from ((label, *figures) for label, figures in rows)


def _about(report: Report, made: str) -> Sheet:
    heads = [Head(gettext("What"), Kind.TEXT), Head(gettext("Meaning"), Kind.TEXT)]
    rows = [
        (gettext("Span"), words.span(report.span)),
        (gettext("Before"), words.span(report.former)),
        (gettext("As of"), made),
    ]
    for section in report.sections:
        rows.append((gettext(section.title), gettext(section.what)))
        rows.append((gettext("Drills left out"), str(section.drills)))
        columns = {one.code: one for table in section.tables for one in table.columns}
        rows += [(gettext(one.label), gettext(one.what)) for one in columns.values() if one.what]
    return Sheet(gettext("About"), heads, rows)


def _case_sheet(cases: Iterator[Case]) -> Sheet:
    heads = [Head(gettext(one.label), one.kind) for one in CASE_HEADS]
    return Sheet(gettext("Cases"), heads, map(_case_row, cases))


def _case_row(case: Case) -> tuple[Cell, ...]:
    return (
        spaced(case.number),
        case.received_at,
        formats.listed(formats.case_type(one) for one in case.case_types),
        formats.severity(case.severity),
        formats.line(case.line),
        words.hours("in" if case.in_hours else "out"),
        formats.ticket_status(case.status),
        gettext("Drill") if case.drill else "",
        case.promised_at,
        case.taken_at,
        case.kept_at,
        case.late,
        case.closed_at,
        case.company,
    )


def _name(what: str, span: Span, ending: str) -> str:
    return f"hotline-{what}-{span.first:%Y%m%d}-{span.last:%Y%m%d}.{ending}"


def _workbook(sheets: list[Sheet], name: str) -> Response:
    file = BytesIO()
    write_workbook(sheets, file)
    return _sent(file, XLSX, name)


def _sent(file: IO[bytes], kind: str, name: str) -> Response:
    size = file.seek(0, SEEK_END)
    file.seek(0)
    answer = Response(_pieces(file), mimetype=kind)
    answer.content_length = size
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.call_on_close(file.close)
    return answer


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece
