"""``flask report``: figures on the command line."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

import click

from hotline import clock
from hotline.cli import output
from hotline.reports import queries, rules
from hotline.reports.queries import Report
from hotline.reports.rules import Column, Figure, Of, Span, Table, Unit
from hotline.reports.service import Head, Kind, Sheet, csv_lines

BYTE_ORDER_MARK = "\ufeff"
NOTHING = "-"
UNSAID = frozenset({Unit.COUNT, Unit.SHARE})
"""Units that the name of a column does not say: a figure shows them itself."""


class Month(click.ParamType[date]):
    """A month such as 2026-11; the day is its first."""

    name = "YYYY-MM"

    def convert(self, value: Any, param: Any, ctx: Any) -> date:
        """The first day of the month."""
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(value, "%Y-%m").date()  # noqa: DTZ007 - a month has no zone
        except ValueError:
            self.fail(f"{value!r} is not a month such as 2026-11", param, ctx)


@click.group("report", cls=output.Commands)
def report() -> None:
    """Figures of what was done; drills are left out."""


@report.command("months")
@click.option("--from", "first", type=Month(), help="The first month; else the last twelve.")
@click.option("--to", "last", type=Month(), help="The last month; else the present one.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV: a line for each month.")
@output.json_option
def months(first: date | None, last: date | None, *, as_csv: bool, as_json: bool) -> None:
    """Print calls, tickets, promises, partners, deadlines, files and costs month by month.

    No share and no 90th percentile is said of fewer than five cases.
    """
    if as_csv and as_json:
        raise click.UsageError("Choose one of --csv and --json.")
    now = clock.now()
    span = _span(first, last, today=rules.today(now))
    form = "csv" if as_csv else "json" if as_json else "text"
    days = {"first": span.first.isoformat(), "last": span.last.isoformat()}
    output.note_read("report:figures", **days, form=form)
    found = queries.report(span, with_money=True, now=now, by_month=True)
    WAYS[form](found, [one for one in found.tables.values() if one.of is Of.PART])


def _span(first: date | None, last: date | None, *, today: date) -> Span:
    usual = rules.named(rules.Named.YEAR, last or today)
    return rules.whole_months(first or usual.first, usual.last)


def _print_text(found: Report, tables: Sequence[Table]) -> None:
    blocks = (_block(found, table) for table in tables)
    click.echo("\n\n".join(blocks))


def _block(found: Report, table: Table) -> str:
    """One table: a line for each month, and one for all of them, right under their heads."""
    names = [table.code.upper(), *map(_name, table.columns)]
    figures = [*(row.figures for row in table.rows), table.total]
    heads = [*_months(found), "total"]
    lines = [names]
    lines += [
        [head, *map(_said, row, table.columns)] for head, row in zip(heads, figures, strict=True)
    ]
    widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
    return "\n".join(_aligned(line, widths) for line in lines)


def _aligned(cells: Iterable[str], widths: Sequence[int]) -> str:
    first, *rest = map(str.rjust, cells, widths)
    return "  ".join([first.lstrip().ljust(widths[0]), *rest])


def _said(figure: Figure, column: Column) -> str:
    if figure is None:
        return NOTHING
    return f"{figure / 10:.1f}%" if column.unit is Unit.SHARE else str(figure)


def _print_csv(found: Report, tables: Sequence[Table]) -> None:
    kinds = {Unit.SHARE: Kind.SHARE}
    heads = [Head("month", Kind.TEXT)]
    heads += [
        Head(f"{table.code}.{_name(one)}", kinds.get(one.unit, Kind.NUMBER))
        for table in tables
        for one in table.columns
    ]
    rows = (
        (month, *(figure for table in tables for figure in table.rows[place].figures))
        for place, month in enumerate(_months(found))
    )
    lines = "".join(csv_lines(Sheet("", heads, rows)))
    # Everything is ASCII here: the mark is for spreadsheets, and in the way of programs.
    click.echo(lines.removeprefix(BYTE_ORDER_MARK), nl=False)


def _print_json(found: Report, tables: Sequence[Table]) -> None:
    listed = [
        {"month": month, **{table.code: _facts(table, place) for table in tables}}
        for place, month in enumerate(_months(found))
    ]
    click.echo(json.dumps(listed, indent=2))


def _facts(table: Table, place: int) -> dict[str, float | None]:
    figures = zip(table.columns, table.rows[place].figures, strict=True)
    return {_name(one): _number(figure, one) for one, figure in figures}


def _number(figure: Figure, column: Column) -> float | None:
    return figure / 1000 if figure is not None and column.unit is Unit.SHARE else figure


def _months(found: Report) -> Iterator[str]:
    return (f"{one.first:%Y-%m}" for one in found.parts)


def _name(column: Column) -> str:
    """The code of a column with its unit: ``waited_seconds``."""
    said = column.unit in UNSAID or column.code == column.unit
    return column.code if said else f"{column.code}_{column.unit}"


WAYS: dict[str, Callable[[Report, Sequence[Table]], None]] = {
    "text": _print_text,
    "csv": _print_csv,
    "json": _print_json,
}

commands = [report]
