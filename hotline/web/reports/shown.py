"""The report as the page shows it: key figures, sections, tables with words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hotline.edge.language import gettext
from hotline.errors import N_
from hotline.reports.queries import Report
from hotline.reports.rules import Figure, Section, Table
from hotline.web.reports import words
from hotline.web.reports.drawing import Drawing, drawing


@dataclass(frozen=True)
class Cells:
    """One row in words."""

    label: str
    figures: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """A table in words."""

    code: str
    title: str
    heads: tuple[str, ...]
    """What stands in the first column, then the name of each figure."""
    rows: tuple[Cells, ...]
    total: Cells
    former: Cells
    is_long: bool
    """It has a line of the page for itself."""


@dataclass(frozen=True)
class Part:
    """A section with what is drawn of it; ``meanings`` are labels and definitions."""

    section: Section
    drawing: Drawing | None
    tables: tuple[Shown, ...]
    meanings: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Key:
    """One figure that says how it goes, what it was before, and by how much it changed."""

    label: str
    value: str
    before: str
    change: str
    what: str


KEYS = (
    ("calls", "calls"),
    ("calls", "answered_share"),
    ("calls", "waited"),
    ("tickets", "tickets"),
    ("promises", "in_time_share"),
    ("promises", "open_late"),
    ("partners", "took"),
)
"""Table and column of the figures above all others."""

BRIEF = {
    "calls_by_hours": ("calls", "answered", "missed", "answered_share", "waited"),
    "tickets_by_case_type": ("tickets", "in_hours", "out_of_hours", "closed", "lasted"),
    "tickets_by_severity": ("tickets", "in_hours", "out_of_hours", "closed", "lasted"),
    "tickets_by_line": ("tickets", "in_hours", "out_of_hours", "closed", "lasted"),
    "tickets_by_status": ("tickets", "in_hours", "out_of_hours"),
    "promises_by_severity": ("promises", "in_time", "late", "open_late", "in_time_share", "by"),
    "promises_by_hours": ("promises", "in_time", "late", "open_late", "in_time_share", "by"),
}
"""Of tables that stand side by side the columns the page shows; files have them all."""

SIDE_BY_SIDE = 6
"""Tables of at most so many columns have room beside each other."""

ALONE = {
    ("calls", "answered_share"): N_("Calls answered"),
    ("calls", "waited"): N_("Wait until answered, median"),
    ("promises", "in_time_share"): N_("Promises in time"),
    ("promises", "open_late"): N_("Promises still late"),
    ("partners", "took"): N_("Until partners answer, median"),
}
"""What a figure is called where its table does not stand around it."""


def keys(report: Report) -> list[Key]:
    """The figures above all others."""
    return [_key(report.tables[table], table, column) for table, column in KEYS]


def _key(table: Table, code: str, wanted: str) -> Key:
    column = next(one for one in table.columns if one.code == wanted)
    value, before = table.sum(wanted), table.before(wanted)
    return Key(
        gettext(ALONE.get((code, wanted), column.label)),
        words.figure(value, column),
        words.figure(before, column),
        words.change(value, before, column),
        gettext(column.what) if column.what else "",
    )


def parts(report: Report) -> Iterator[Part]:
    """Every section of the report."""
    for section in report.sections:
        tables = tuple(_shown(one, report) for one in section.tables)
        yield Part(section, drawing(section, report), tables, _meanings(section))


def _meanings(section: Section) -> tuple[tuple[str, str], ...]:
    columns = {one.code: one for table in section.tables for one in table.columns}
    return tuple((gettext(one.label), gettext(one.what)) for one in columns.values() if one.what)


def _shown(table: Table, report: Report) -> Shown:
    wanted = BRIEF.get(table.code, tuple(one.code for one in table.columns))
    places = [place for place, one in enumerate(table.columns) if one.code in wanted]
    columns = tuple(table.columns[place] for place in places)

    def cells(label: str, figures: Sequence[Figure]) -> Cells:
        chosen = zip((figures[place] for place in places), columns, strict=True)
        return Cells(label, tuple(words.figure(value, column) for value, column in chosen))

    return Shown(
        table.code,
        gettext(table.title),
        (words.rows_are(table, report), *(gettext(one.label) for one in columns)),
        tuple(cells(words.row(one.key, table, report), one.figures) for one in table.rows),
        cells(gettext("In all"), table.total),
        cells(gettext("Before"), table.former),
        is_long=len(columns) > SIDE_BY_SIDE,
    )
