"""Files of companies as they come: every encoding, every spreadsheet, and hostile ones."""

import csv
import io
import time
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from hotline.errors import Invalid
from hotline.members.service import files as reading
from hotline.members.service import read_file

HEAD = ["number", "name", "phone"]
LINE = ["C001", "株式会社髙橋", "0120-066-318"]
LARGE_SHEET = b'<?xml version="1.0"?><worksheet><sheetData>' + b"<row/>" * 1_100_000


def text(*lines: list[str], delimiter: str = ",") -> str:
    made = io.StringIO()
    csv.writer(made, delimiter=delimiter).writerows(lines or (HEAD, LINE))
    return made.getvalue()


def workbook(*lines: list[object], **sheets: object) -> bytes:
    book = openpyxl.Workbook()
    for line in lines or (HEAD, LINE):
        book.active.append(line)
    book.active.sheet_state = sheets.get("state", "visible")
    if "state" in sheets:
        for line in (HEAD, ["C002", "二枚目", ""]):
            book.create_sheet("2").append(line) if line is HEAD else book["2"].append(line)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """The workbook with another part in it, or one put in its place."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", 8) as new:
        for one in old.namelist():
            if one != name:
                new.writestr(one, old.read(one))
        new.writestr(name, part)
    return made.getvalue()


def cells(content: bytes) -> list[dict[str, str]]:
    return [dict(row.cells) for row in read_file(content).rows]


def why(content: bytes, **limits: int) -> str:
    with pytest.raises(Invalid) as refused:
        read_file(content, **limits)
    return str(refused.value.fields["file"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_a_csv_is_read_in_every_encoding_of_japan(encoding):
    name = LINE[1].replace("髙", "高") if encoding == "cp932" else LINE[1]
    content = text(HEAD, ["C001", name, LINE[2]]).encode(encoding)

    assert cells(content) == [{"number": "C001", "name": name, "phone": "0120-066-318"}]


def test_the_spellings_that_only_windows_knows_are_kept():
    assert cells(text(HEAD, ["C1", "㈱髙﨑①", ""]).encode("cp932"))[0]["name"] == "㈱髙﨑①"


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_columns_may_stand_apart_by_tabs_and_semicolons(delimiter):
    assert cells(text(delimiter=delimiter).encode())[0]["number"] == "C001"


def test_lines_are_counted_as_a_spreadsheet_counts_them():
    content = text([""], HEAD, ["C1", "二\n行", ""], ["", "", ""], LINE).encode()

    assert [row.line for row in read_file(content).rows] == [3, 5]
    assert cells(content)[0]["name"] == "二 行"


def test_columns_nobody_knows_are_reported():
    assert read_file(text([*HEAD, "備考"], [*LINE, "x"]).encode()).unknown == ("備考",)


def test_a_workbook_says_the_same_as_the_csv():
    assert cells(workbook()) == cells(text().encode())


def test_dates_and_numbers_of_a_workbook_are_what_they_look_like():
    names = [*HEAD, "policy_from", "policy_to", "cost_limit_yen", "kana"]
    line = [
        1001,
        "確認",
        120066318,
        date(2026, 4, 1),
        datetime.fromisoformat("2027-04-01T16:00"),
        3e8,
        True,
    ]

    assert cells(workbook(names, line)) == [
        {
            "number": "1001",
            "name": "確認",
            "phone": "120066318",
            "policy_from": "2026-04-01",
            "policy_to": "2027-04-01 16:00:00",
            "cost_limit_yen": "300000000",
            "kana": "True",
        }
    ]


def test_a_formula_that_nobody_computed_is_reported_and_never_run():
    (row,) = read_file(workbook(HEAD, ["C1", "確認", '=HYPERLINK("http://x","y")'])).rows

    assert row.uncomputed == ("phone",)
    assert "phone" not in row.cells


def test_a_formula_counts_as_what_the_spreadsheet_computed():
    sheet = b"""<?xml version="1.0"?>
    <worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
    <row r="1"><c r="A1" t="str"><v>number</v></c><c r="B1" t="str"><v>name</v></c></row>
    <row r="2"><c r="A2" t="str"><v>C1</v></c>
    <c r="B2" t="str"><f>A2&amp;"x"</f><v>C1x</v></c></row></sheetData></worksheet>"""
    content = with_part(workbook(), "xl/worksheets/sheet1.xml", sheet)

    assert cells(content) == [{"number": "C1", "name": "C1x"}]


def test_a_hidden_sheet_is_not_what_somebody_meant():
    assert cells(workbook(state="hidden"))[0]["number"] == "C002"


def test_text_that_looks_like_a_formula_stays_text_in_a_csv():
    assert cells(text(HEAD, ["C1", "=1+1", ""]).encode())[0]["name"] == "=1+1"


@pytest.mark.parametrize("content", [b"", b" \r\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_told_so(content):
    assert "empty" in why(content) or "no company" in why(content)


def test_a_header_alone_is_no_company():
    assert "no company" in why(text(HEAD).encode())


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old workbook"),
        (bytes(range(256)) * 40, "neither a CSV"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "neither a CSV"),
        (b"PK\x03\x04" + b"x" * 500, "cannot be read"),
        (b"%PDF-1.7 1 0 obj", "must name the columns"),
        (b"<html><body>number,name</body></html>", "must name the columns"),
        (b'number,name\nC1,"open', "quotation mark"),
        (b"number,name" + b",x" * 200, "columns"),
        (b"number,name\nC1," + b"x" * 200_000, "cannot be read"),
        (b"number,name\n" + b"C1,x\n" * 60_000, "At most 50000 rows"),
        (b"x" * (reading.LARGEST + 1), "larger than"),
    ],
)
def test_what_is_no_file_of_companies_gets_an_answer(content, sentence):
    assert sentence in why(content)


def test_an_archive_without_a_workbook_gets_an_answer():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a.txt", "number,name")

    assert "cannot be read" in why(made.getvalue())


def test_macros_are_refused():
    assert "macros" in why(with_part(workbook(), "xl/vbaProject.bin", b"x"))


def test_a_bomb_is_refused_before_it_unfolds():
    bomb = with_part(workbook(), "xl/media/image1.png", b"\0" * (reading.UNPACKED + 1))

    assert len(bomb) < 200_000
    assert "too large inside" in why(bomb)


def test_an_archive_that_lies_about_its_sizes_gets_an_answer():
    content = with_part(workbook(), "xl/worksheets/sheet1.xml", b"\0" * 1_000_000)
    lie = content.replace((1_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))

    assert "cannot be read" in why(lie)


def test_texts_and_entities_without_end_are_refused():
    many = b"<sst>" + b"<si/>" * (reading.TAGS_A_ROW * 1000) + b"</sst>"
    laughs = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'

    crowded = with_part(workbook(), "xl/sharedStrings.xml", many)

    assert "too large inside" in why(crowded, most_rows=1000)
    assert "cannot be read" in why(with_part(workbook(), "xl/worksheets/sheet1.xml", laughs))


def test_a_million_rows_are_refused_at_once():
    rows = LARGE_SHEET + b"</sheetData></worksheet>"
    began = time.monotonic()

    assert "At most 50000 rows" in why(with_part(workbook(), "xl/worksheets/sheet1.xml", rows))
    assert time.monotonic() - began < 5


def test_more_columns_than_anybody_needs_are_refused():
    assert "At most 100 columns" in why(workbook([*HEAD, *map(str, range(200))], LINE))


def test_a_workbook_without_a_sheet_to_see_gets_an_answer():
    shown = b'<sheet name="Sheet" sheetId="1"'
    content = workbook()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        book = archive.read("xl/workbook.xml")
    hidden = book.replace(b'state="visible"', b'state="hidden"').replace(
        shown, shown + b' state="hidden"' if b"state=" not in book else shown
    )

    assert "cannot be read" in why(with_part(content, "xl/workbook.xml", hidden))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (date(2026, 4, 1), "2026-04-01"),
        (datetime(2026, 4, 1), "2026-04-01"),  # noqa: DTZ001 - cells have no zone
        (datetime(2026, 4, 1, 16), "2026-04-01 16:00:00"),  # noqa: DTZ001
        (300_000_000.0, "300000000"),
        (0.5, "0.5"),
        (True, "True"),
    ],
)
def test_a_cell_is_what_somebody_would_have_typed(value, text):
    assert reading._text(value) == text


def test_letters_with_nothing_in_them_are_no_text():
    assert "neither a CSV" in why("番号\x00,名前".encode("utf-16"))
