"""XLSX: a sheet for each table, numbers as numbers, moments as moments, text as text."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import IO, Any

from hotline.reports.rules.spans import ZONE
from hotline.reports.rules.texts import is_like_formula, plain, sheet_title
from hotline.reports.service.sheets import Cell, Head, Kind, Sheet

FORMATS = {Kind.NUMBER: "#,##0", Kind.SHARE: "0.0%", Kind.MOMENT: "yyyy-mm-dd hh:mm:ss"}
WIDTHS = {Kind.TEXT: 30, Kind.MOMENT: 20}
NARROWEST = 12
FIRST_CELL_BELOW_HEADS = "B2"
STRING = "s"


def write_workbook(sheets: Iterable[Sheet], file: IO[bytes]) -> None:
    """Write the sheets to ``file``; their first row is bold and stays when one scrolls."""
    from openpyxl import Workbook  # Large, and wanted by few requests.

    book = Workbook(write_only=True)
    taken: set[str] = set()
    for sheet in sheets:
        made = book.create_sheet(sheet_title(sheet.title, taken))
        made.freeze_panes = FIRST_CELL_BELOW_HEADS
        for place, head in enumerate(sheet.heads):
            made.column_dimensions[_letter(place)].width = _width(head)
        for row in _rows(made, sheet):
            made.append(row)
    book.save(file)


def _rows(made: Any, sheet: Sheet) -> Iterator[list[Any]]:
    from openpyxl.styles import Font

    heads = [_text(made, one.label) for one in sheet.heads]
    for cell in heads:
        cell.font = Font(bold=True)
    yield heads
    kinds = [one.kind for one in sheet.heads]
    for row in sheet.rows:
        yield [_MADE[kind](made, cell) for kind, cell in zip(kinds, row, strict=True)]


def _text(made: Any, cell: Cell) -> Any:
    """Text with the type of text: never a formula, not even after somebody edits the cell."""
    text = plain(str(cell or ""))
    found = _cell(made, text)
    found.data_type = STRING
    if is_like_formula(text):
        found.quotePrefix = True
    return found


def _number(made: Any, cell: Cell) -> Any:
    return _formatted(made, cell, Kind.NUMBER)


def _share(made: Any, cell: Cell) -> Any:
    return _formatted(made, cell / 1000 if isinstance(cell, int) else None, Kind.SHARE)


def _moment(made: Any, cell: Cell) -> Any:
    # A workbook knows no zones: the clock of Japan is written down.
    local = cell.astimezone(ZONE).replace(tzinfo=None) if isinstance(cell, datetime) else None
    return _formatted(made, local, Kind.MOMENT)


def _formatted(made: Any, value: Any, kind: Kind) -> Any:
    if value is None:
        return None
    found = _cell(made, value)
    found.number_format = FORMATS[kind]
    return found


def _cell(made: Any, value: Any) -> Any:
    from openpyxl.cell import WriteOnlyCell

    return WriteOnlyCell(made, value)


_MADE: dict[Kind, Callable[[Any, Cell], Any]] = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.SHARE: _share,
    Kind.MOMENT: _moment,
}


def _letter(place: int) -> str:
    """The name of a column: A, B …; no table of ours has more than 26."""
    return chr(ord("A") + place)


def _width(head: Head) -> int:
    return max(WIDTHS.get(head.kind, NARROWEST), 2 * len(head.label))
