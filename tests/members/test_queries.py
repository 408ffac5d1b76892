"""Companies are found by number, by anything that is known of them, and by a phone."""

import pytest

from hotline.members import queries
from hotline.members import service as members
from hotline.transaction import transaction
from tests.builders import NOON

FILE = """number,name,kana,corporate_number,site,address,phone
C1,株式会社ヤマダ部品,ヤマダブヒン,7999901000001,,豊田市1,0565-00-0031
C2,㈱ヤマダ部品,ヤマダブヒン,6999901000002,,刈谷市2,0565-00-0031
C3,髙橋製作所㈲,タカハシセイサクショ,,,岡崎市3,0564-00-0111
C4,高橋製作所株式会社,タカハシセイサクショ,,,豊橋市4,
C5,山田ブヒン販売,ヤマダブヒン,,,,
C6,別の会社,ベツノカイシャ,7999901000001,,,
"""


@pytest.fixture(autouse=True)
def companies(app):
    with transaction():
        members.import_rows(members.read_file(FILE.encode()), by_id=None, now=NOON)


def found(rows) -> list[str]:
    return [one.number for one in rows]


def test_everybody_is_listed_by_number_page_by_page():
    first = queries.search("", limit=4)
    rest = queries.search("", limit=4, after=first[-1].number)

    assert found(first + rest) == ["C1", "C2", "C3", "C4", "C5", "C6"]


def test_a_search_goes_on_after_the_last_one_seen():
    assert found(queries.search("やまだ", limit=1)) == ["C1"]
    assert found(queries.search("やまだ", limit=9, after="C1")) == ["C2", "C5"]


def test_marks_alone_find_nobody():
    assert queries.search("・", limit=5) == []


def test_a_phone_finds_everybody_who_has_it_however_it_is_written():
    assert found(queries.by_phone("+81 565-00-0031")) == ["C1", "C2"]
    assert queries.by_phone("0565-00-003") == []
    assert queries.by_phone("非通知") == []


def test_names_are_given_for_those_on_file():
    assert queries.names(["C3", "C9", None]) == {"C3": "髙橋製作所㈲"}
    assert queries.names([None]) == {}


def test_firms_sound_alike_by_name_by_reading_or_by_corporate_number():
    alike = {number: found(queries.sounding_like(queries.by_number(number))) for number in CALLED}

    assert alike == CALLED


CALLED = {
    "C1": ["C2", "C5", "C6"],
    "C3": ["C4"],
    "C5": ["C1", "C2"],
    "C6": ["C1"],
}


def test_nothing_sounds_like_a_company_of_one_letter():
    with transaction():
        text = "number,name\nD1,株式会社Ａ\nD2,A㈱\n"
        members.import_rows(members.read_file(text.encode()), by_id=None, now=NOON)

    assert queries.sounding_like(queries.by_number("D1")) == []


def test_a_list_of_many_companies_costs_as_many_questions_as_one_of_few(statements):
    queries.search("", limit=1)  # The transaction is open from here on.
    with statements() as few:
        queries.search("", limit=1)
    with statements() as many:
        queries.search("", limit=6)

    assert len(many) == len(few)
