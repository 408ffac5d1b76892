"""CSV as RFC 4180 has it, with the mark by which Excel in Japan knows UTF-8."""

import csv
from collections.abc import Callable, Iterator
from datetime import datetime
from io import StringIO
from typing import Any

from hotline.reports.rules.spans import ZONE
from hotline.reports.rules.texts import defused
from hotline.reports.service.sheets import Cell, Kind, Sheet

MARK = "\ufeff"
AT_ONCE = 200


def csv_lines(sheet: Sheet) -> Iterator[str]:
    """The file piece by piece: the names of the columns, then the rows.

    CSV has no types: a text that a spreadsheet would take for a formula begins with an apostrophe.
    """
    written = StringIO()
    writer = csv.writer(written)
    written.write(MARK)
    writer.writerow([defused(one.label) for one in sheet.heads])
    kinds = [one.kind for one in sheet.heads]
    for number, row in enumerate(sheet.rows, 1):
        writer.writerow([_WRITTEN[kind](cell) for kind, cell in zip(kinds, row, strict=True)])
        if number % AT_ONCE == 0:
            yield written.getvalue()
            written.seek(0)
            written.truncate()
    yield written.getvalue()


def _text(cell: Cell) -> str:
    return defused(str(cell or ""))


def _number(cell: Cell) -> Any:
    return "" if cell is None else cell


def _share(cell: Cell) -> str:
    return f"{cell // 10}.{cell % 10}%" if isinstance(cell, int) else ""


def _moment(cell: Cell) -> str:
    return f"{cell.astimezone(ZONE):%Y-%m-%d %H:%M:%S}" if isinstance(cell, datetime) else ""


_WRITTEN: dict[Kind, Callable[[Cell], Any]] = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.SHARE: _share,
    Kind.MOMENT: _moment,
}
