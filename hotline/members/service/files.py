"""Read a file of companies: CSV in the encodings Japan uses, or an Excel workbook.

Such files come by mail from anywhere: nothing in them is run, unfolded or read beyond these limits.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Any

from hotline.errors import N_, Invalid, Problem
from hotline.members import rules
from hotline.members.rules import Head, Row, Sheet

LARGEST = 10 * 1024 * 1024
MOST_ROWS = 50_000
MOST_COLUMNS = 100

UNPACKED = 48 * 1024 * 1024
MOST_PARTS = 500
TAGS_A_ROW = 100
"""Of a workbook: bytes and parts inside it, and tags for each row that is taken.

Reading costs its time by the tag: this many are enough for a row with every column.
"""

ENCODINGS = ("utf-8-sig", "cp932")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
DELIMITERS = ",\t;"
WORKBOOK = b"PK\x03\x04"
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
MACROS = "xl/vbaproject.bin"

Texts = tuple[list[str], tuple[int, ...]]
"""The cells of one line, and the columns whose formula nobody has computed."""


def read_file(content: bytes, *, most_rows: int = MOST_ROWS) -> Sheet:
    """The rows of a file, found by what it is, not by how it is called.

    Raises Invalid for ``file`` when it cannot be read or is too large.
    """
    try:
        return _read(content, most_rows)
    except Problem as problem:
        raise Invalid({"file": problem}) from problem


def _read(content: bytes, most_rows: int) -> Sheet:
    if not content.strip():
        raise Problem(N_("This file is empty."))
    if len(content) > LARGEST:
        raise Problem(N_("The file is larger than %(megabytes)s MB."), megabytes=LARGEST >> 20)
    if content.startswith(OLD_WORKBOOK):
        raise Problem(
            N_("This is an old workbook, or one with a password. Please save it as .xlsx without.")
        )
    is_workbook = content.startswith(WORKBOOK)
    lines = _workbook(content, most_rows) if is_workbook else _csv(content)
    return _sheet(lines, most_rows)


def _sheet(lines: Iterable[Texts], most_rows: int) -> Sheet:
    head: Head | None = None
    rows: list[Row] = []
    for line, (texts, uncomputed) in enumerate(lines, 1):
        if line > most_rows + 1:
            raise Problem(TOO_LONG, rows=most_rows)
        if head is None:
            head = _head(texts)
        elif row := head.row(line, texts, uncomputed):
            rows.append(row)
    if head is None or not rows:
        raise Problem(N_("There is no company in this file."))
    return Sheet(tuple(rows), head.unknown)


TOO_LONG = N_("At most %(rows)s rows, please; empty ones at the end count too.")


def _head(texts: Sequence[str]) -> Head | None:
    """What the first line with anything in it says."""
    return rules.head(texts) if any(text.strip() for text in texts) else None


# CSV


def _csv(content: bytes) -> Iterator[Texts]:
    text = _decoded(content)
    first = text.lstrip().partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            if len(cells) > MOST_COLUMNS:
                raise Problem(TOO_WIDE, columns=MOST_COLUMNS)
            yield cells, ()
    except csv.Error:
        raise Problem(
            N_("Line %(row)s cannot be read: a quotation mark is missing or stands alone."),
            row=reader.line_num,
        ) from None


TOO_WIDE = N_("At most %(columns)s columns, please.")


def _decoded(content: bytes) -> str:
    """The text in whichever encoding it has: UTF-16 says so, CP932 is what is left."""
    encodings = ("utf-16",) if content.startswith(UTF_16) else ENCODINGS
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Problem(N_("This is neither a CSV file in UTF-8 or Shift_JIS nor an Excel workbook."))


# Workbooks


def _workbook(content: bytes, most_rows: int) -> Iterator[Texts]:
    """The lines of the first sheet; a formula counts as what the spreadsheet last computed."""
    try:
        has_formulas = _check_archive(content, most_rows)
        formulas = _lines(content, computed=False)
        if not has_formulas:
            yield from ((_texts(line), ()) for line in formulas)
            return
        for line, values in zip(formulas, _lines(content, computed=True), strict=True):
            yield _texts(values), _uncomputed(line, values)
    except Problem:
        raise
    except Exception as error:  # Whatever a hostile file makes the reader stumble over.
        raise Problem(BROKEN) from error


BROKEN = N_("This workbook cannot be read. Please save it once more as .xlsx, or as CSV.")


def _check_archive(content: bytes, most_rows: int) -> bool:
    """Refuse what would unfold without end; whether there are formulas in it. Raises Problem.

    Reading a part ends at the size that its entry names, so that the sum of these is the limit.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if any(part.filename.casefold() == MACROS for part in parts):
            raise Problem(N_("This workbook holds macros. Please save it as .xlsx without them."))
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > UNPACKED:
            raise Problem(TOO_LARGE)
        return _look_into(archive, most_rows)


TOO_LARGE = N_("This workbook is too large inside. Please send a smaller one.")


def _look_into(archive: zipfile.ZipFile, most_rows: int) -> bool:
    """Whether there are formulas. Raises Problem for more rows or tags than are taken."""
    tags, formulas = 0, False
    for name in archive.namelist():
        part = archive.read(name)  # Any of them may be named as a sheet.
        tags += part.count(b"<")
        formulas = formulas or b"<f>" in part or b"<f " in part
        if part.count(b"<row") > most_rows + 1:
            raise Problem(TOO_LONG, rows=most_rows)
        if tags > TAGS_A_ROW * most_rows:
            raise Problem(TOO_LARGE)
    return formulas


def _lines(content: bytes, *, computed: bool) -> Iterator[tuple[Any, ...]]:
    """The cells of each row of the first sheet that is shown."""
    # Imported here: few files are workbooks, and reading them takes half a second to load.
    import openpyxl

    book = openpyxl.load_workbook(
        io.BytesIO(content), read_only=True, data_only=computed, keep_links=False
    )
    try:
        shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if not shown:
            raise Problem(BROKEN)
        sheet: Any = shown[0]
        sheet.reset_dimensions()  # What the file says of its size may be anything.
        for cells in sheet.iter_rows(max_col=MOST_COLUMNS + 1):
            if len(cells) > MOST_COLUMNS and cells[MOST_COLUMNS].value is not None:
                raise Problem(TOO_WIDE, columns=MOST_COLUMNS)
            yield cells[:MOST_COLUMNS]
    finally:
        book.close()


def _uncomputed(formulas: Sequence[Any], values: Sequence[Any]) -> tuple[int, ...]:
    return tuple(
        place
        for place, (formula, value) in enumerate(zip(formulas, values, strict=True))
        if formula.data_type == "f" and value.value is None
    )


def _texts(cells: Sequence[Any]) -> list[str]:
    return [_text(cell.value) for cell in cells]


def _text(value: object) -> str:
    """A cell as somebody would have typed it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        day = value.date().isoformat()
        return day if value.time() == time() else f"{day} {value:%H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
