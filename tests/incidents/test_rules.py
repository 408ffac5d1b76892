"""What is said to all callers of an incident names none of them."""

from dataclasses import dataclass

import pytest

from hotline.errors import Invalid, Refused
from hotline.incidents import rules


@dataclass
class Case:
    number: str
    company: str
    member_number: str | None = None


YAMADA = Case("482170933", "株式会社ヤマダ部品", "JNX-1001")
MINATO = Case("773011861", "（株）みなと化成")
TEN = Case("615203486", "テン")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ヤマダ部品（株）と同じ装置です", ["株式会社ヤマダ部品"]),
        ("ﾔﾏﾀﾞ部品さんに続き", ["株式会社ヤマダ部品"]),
        ("受付番号 4821 7093 3 の件", ["482170933"]),
        ("JNX-1001 の会員", ["JNX-1001"]),
        ("装置をＬＡＮから外してください", []),
        ("テンキーは使えます", ["テン"]),
    ],
)
def test_a_company_or_number_is_found_however_it_is_written(text, found):
    assert rules.named_in(text, [YAMADA, MINATO, TEN]) == found


def test_a_short_name_is_not_found_within_other_words_of_another_spelling():
    assert rules.named_in("てんかい", [YAMADA, TEN]) == []


def test_where_all_are_of_one_company_nobody_is_given_away():
    again = Case("127449020", "ヤマダ部品", "JNX-1001")

    assert rules.named_in("ヤマダ部品の皆さまへ", [YAMADA, again]) == []


@pytest.mark.parametrize(
    ("ja", "en", "fields"),
    [
        ("", "", {"ja", "en"}),
        ("外してください", " ", {"en"}),
        ("みなと化成で起きた", "As in Minato", {"ja"}),
        ("\x00", "x" * 1001, {"ja", "en"}),
    ],
)
def test_advice_is_said_in_both_languages_and_names_nobody(ja, en, fields):
    with pytest.raises(Invalid) as refused:
        rules.check_advice(ja, en, [YAMADA, MINATO])

    assert set(refused.value.fields) == fields


def test_a_reason_names_nobody_either():
    with pytest.raises(Invalid, match="みなと化成"):
        rules.check_reason("みなと化成の調査が終わったため", [YAMADA, MINATO])
    with pytest.raises(Invalid, match="500"):
        rules.check_reason("x" * 501, [YAMADA])

    assert rules.check_reason(" 調査が終わった ", [YAMADA, MINATO]) == "調査が終わった"


def test_a_title_is_needed_and_both_stay_within_their_length():
    for title, cause, field in [
        (" ", "", "title"),
        ("\n", "", "title"),
        ("x", "x" * 2001, "cause"),
    ]:
        with pytest.raises(Invalid) as refused:
            rules.check_words(title, cause)

        assert set(refused.value.fields) == {field}


def test_so_many_and_no_more():
    rules.check_count(rules.MOST_TICKETS)

    with pytest.raises(Refused, match="At most 300"):
        rules.check_count(rules.MOST_TICKETS + 1)


def test_a_ticket_that_is_reached_twice_counts_for_both_ways():
    assert rules.counted([("sms", "mail"), ("mail",), ()]) == {"sms": 1, "mail": 2, "": 1}


def test_a_case_without_a_company_names_nobody():
    assert rules.named_in("x", [Case("482170933", ""), MINATO]) == []
