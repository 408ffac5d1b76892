"""The columns and lines of a file, however it names them."""

import pytest

from hotline.errors import Problem
from hotline.members.rules import FIELDS, check_row, head


def row(**cells: str):
    names = ["number", "name", *(name for name in cells if name not in ("number", "name"))]
    texts = {"number": "C1", "name": "確認工業", **cells}
    return check_row(head(names).row(2, [texts[name] for name in names]))


def wrong(checked) -> set[str]:
    return {finding.field for finding in checked.findings}


def test_japanese_headers_are_taken_in_any_width_and_case():
    found = head(["会員番号", "会社名（正式）", "法人番号（13桁）", "ＴＥＬ", "ふりがな", "E-Mail"])

    assert found.columns == (
        "number", "name", "corporate_number", "phone", "kana", "contact_email"
    )  # fmt: skip


def test_every_field_has_a_column_by_its_own_name():
    assert head(list(FIELDS)).columns == tuple(FIELDS)


def test_a_column_nobody_knows_is_named_and_left_out():
    found = head(["number", "備考", "name", ""])

    assert found.unknown == ("備考",)
    assert found.row(2, ["C1", "よい客", "確認工業"]).cells == {"number": "C1", "name": "確認工業"}


@pytest.mark.parametrize("names", [["number"], ["会社名"], [], ["number", "name", "社名"]])
def test_a_file_must_name_number_and_name_once(names):
    with pytest.raises(Problem):
        head(names)


def test_an_empty_line_is_no_row():
    assert head(["number", "name"]).row(2, ["", " "]) is None


def test_more_cells_than_names_are_wrong():
    found = check_row(head(["number", "name"]).row(2, ["C1", "確認工業", "", "そのほか"]))

    assert wrong(found) == {""}


def test_a_formula_nobody_computed_is_wrong():
    found = check_row(head(["number", "name", "phone"]).row(2, ["C1", "確認工業", ""], [2]))

    assert wrong(found) == {"phone"}


def test_a_good_row_is_its_values():
    found = row(policy_number="P-1", policy_from="2026/4/1", policy_to="2027/4/1")

    assert wrong(found) == set()
    assert found.values["policy_to"].year == 2027


@pytest.mark.parametrize(
    ("cells", "fields"),
    [
        ({"number": ""}, {"number"}),
        ({"number": "a b"}, {"number"}),
        ({"contact_phone": "0566-00-1234"}, {"contact_name"}),
        ({"policy_from": "2026/4/1", "policy_to": "2027/4/1"}, {"policy_number"}),
        ({"policy_number": "P"}, {"policy_from", "policy_to"}),
        ({"cost_limit_yen": "1"}, {"policy_number", "policy_from", "policy_to"}),
        (
            {"policy_number": "P", "policy_from": "2026/4/1", "policy_to": "2026/4/1"},
            {"policy_to"},
        ),
        ({"policy_number": "P", "policy_from": "x", "policy_to": "2026/4/1"}, {"policy_from"}),
        ({"contact_name": "森", "contact_email": "a@b"}, {"contact_email"}),
        ({"name": "確\x07認"}, {"name"}),
    ],
)
def test_each_mistake_stands_at_its_field(cells, fields):
    assert wrong(row(**cells)) == fields
