import dataclasses
from decimal import Decimal

import pytest

from hotline import policy
from hotline.coordination.rules import CostsPolicy, LineGiven
from hotline.coordination.rules.approving import check_open, read_back
from hotline.coordination.rules.costs import check_line, check_name, check_words
from hotline.errors import Invalid, Problem, Refused
from hotline.policy import PolicyError
from hotline.settings import ROOT

FUNCTIONS = ("forensics", "data_recovery")
GIVEN = LineGiven("forensics", "PCの調査", "device", "９", "2,500,000円")
FILE = ROOT / "config" / CostsPolicy.FILE


def test_a_line_is_read_in_any_width_with_marks_between_thousands():
    checked = check_line(GIVEN, functions=FUNCTIONS, tax_percent=10)

    assert (checked.quantity, checked.unit_price_yen) == (Decimal(9), 2_500_000)
    assert (checked.item, checked.unit, checked.tax_mode) == ("PCの調査", "device", "excluded")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("function", "cleaning"),
        ("item", " "),
        ("item", "a" * 201),
        ("unit", "box"),
        ("quantity", "0"),
        ("quantity", "1.234"),
        ("quantity", "-1"),
        ("quantity", "1e3"),
        ("quantity", "100000"),
        ("unit_price_yen", "12.5"),
        ("unit_price_yen", "10000000000"),
        ("unit_price_yen", ""),
        ("tax_mode", "none"),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field(field, value):
    with pytest.raises(Invalid) as refused:
        check_line(
            dataclasses.replace(GIVEN, **{field: value}), functions=FUNCTIONS, tax_percent=10
        )

    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize("check", [check_words, check_name])
def test_words_that_must_stand_there_cannot_be_left_out(check):
    assert check(" 山本さま ", 20, "…") == "山本さま"
    with pytest.raises(Problem, match="Write it"):
        check(" ", 20, "Write it.")


def test_the_file_says_that_a_part_may_not_be_payable_and_that_nobody_here_decides():
    costs = policy.read(FILE, CostsPolicy)
    said = read_back(costs.read_back.ja, function="データ復旧", total="6,600,000円（税込）")

    assert costs.not_all_payable.ja == "一部お支払いの対象外となる場合があります。"
    assert "データ復旧の作業を、6,600,000円（税込）で" in said
    assert costs.not_all_payable.ja in said
    assert costs.not_decided.ja in said


def test_a_policy_goes_by_the_name_of_the_plan_that_has_its_limits():
    costs = policy.read(FILE, CostsPolicy)

    assert costs.plan_of(500_000_000, 300_000_000) == "S2"
    assert costs.plan_of(None, 300_000_000) == ""


@pytest.mark.parametrize(
    ("there", "instead", "said"),
    [
        ("$total", "$sum", r"must hold \$function and \$total"),
        ("。一部お支払いの対象外となる場合があります", "", "must say not_all_payable"),
        ('name = "S2"', 'name = "S1"', "S1 is given twice"),
        ("cost_yen = 300_000_000", "cost_yen = 0", "greater than 0"),
    ],
)
def test_a_file_that_leaves_out_what_must_be_said_is_refused(tmp_path, there, instead, said):
    broken = tmp_path / "costs.toml"
    broken.write_text(FILE.read_text().replace(there, instead))

    with pytest.raises(PolicyError, match=said):
        policy.read(broken, CostsPolicy)


def test_the_same_answer_again_is_the_same_and_another_one_is_refused():
    assert check_open("asked", "approved")
    assert not check_open("approved", "approved")
    for status in ("refused", "withdrawn"):
        with pytest.raises(Refused):
            check_open(status, "approved")
