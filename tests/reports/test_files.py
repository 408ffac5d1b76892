"""Files are opened again by a reader: numbers are numbers, moments moments, and text stays text."""

import csv
from datetime import datetime
from io import BytesIO, StringIO

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as some

from hotline.reports.rules import texts
from hotline.reports.service import Head, Kind, Sheet, csv_lines, write_workbook
from tests.builders import NOON

NOON_IN_JAPAN = datetime.fromisoformat("2026-11-04T12:00:00")
"""As a workbook has it: without a zone."""
HEADS = (
    Head("会社", Kind.TEXT), Head("件数"), Head("割合", Kind.SHARE), Head("受付", Kind.MOMENT),
)  # fmt: skip
FORMULAS = ["=1+1", "+81566001234", "-2", "@SUM(A1)", "＝1+1", "\t=1", '=HYPERLINK("http://x")']


@pytest.mark.parametrize("text", FORMULAS)
def test_in_a_workbook_text_is_text_and_never_a_formula(text):
    cell = workbook(("x", None, None, None), (text, None, None, None)).active["A3"]

    assert (cell.data_type, cell.value) == ("s", text)
    assert cell.quotePrefix


def test_a_workbook_has_numbers_shares_and_moments_of_japan():
    sheet = workbook(("会社", 1234, 875, NOON)).active
    row = sheet[2]

    assert [one.value for one in row] == ["会社", 1234, 0.875, NOON_IN_JAPAN]
    assert [one.number_format for one in row[1:]] == ["#,##0", "0.0%", "yyyy-mm-dd hh:mm:ss"]
    assert not row[0].quotePrefix


def test_the_names_of_columns_are_bold_and_stay():
    sheet = workbook(("a", 1, 1, NOON)).active

    assert [one.value for one in sheet[1]] == ["会社", "件数", "割合", "受付"]
    assert all(one.font.bold for one in sheet[1])
    assert sheet.freeze_panes == "B2"


def test_what_a_workbook_cannot_hold_is_left_out():
    row = workbook(("a\x00b\x0bc", None, None, None)).active[2]

    assert row[0].value == "abc"


@given(some.lists(some.text(max_size=60), max_size=9))
def test_sheets_have_names_that_a_workbook_accepts_and_no_two_the_same(wanted):
    taken: set[str] = set()
    given = [texts.sheet_title(one, taken) for one in wanted]

    assert len({one.lower() for one in given}) == len(given)
    assert all(0 < len(one) <= 31 and not set(one) & set("[]:*?/\\") for one in given)


@pytest.mark.parametrize("text", FORMULAS)
def test_in_csv_an_apostrophe_defuses_what_looks_like_a_formula(text):
    assert lines((text, 1, None, None))[1][0] == f"'{text}"


def test_csv_is_what_excel_in_japan_opens():
    text = "".join(
        csv_lines(Sheet("t", HEADS, [('a"b,\n', -1, 875, NOON), ("", None, None, None)]))
    )

    assert text.startswith("\ufeff会社,件数,割合,受付\r\n")
    assert text.encode().startswith(b"\xef\xbb\xbf")
    assert text.endswith('"a""b,\n",-1,87.5%,2026-11-04 12:00:00\r\n,,,\r\n')


def test_csv_is_written_piece_by_piece():
    read = []

    def rows():
        for number in range(1000):
            read.append(number)
            yield ("x", number, None, None)

    pieces = csv_lines(Sheet("t", HEADS, rows()))
    next(pieces)

    assert len(read) == 200
    assert len("".join(pieces).splitlines()) == 800


def workbook(*rows):
    file = BytesIO()
    write_workbook([Sheet("表", HEADS, rows)], file)
    return openpyxl.load_workbook(BytesIO(file.getvalue()))


def lines(*rows):
    text = "".join(csv_lines(Sheet("t", HEADS, rows)))
    return list(csv.reader(StringIO(text.removeprefix("\ufeff"))))
