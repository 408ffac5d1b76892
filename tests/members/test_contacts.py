"""People at companies are found by what is their own, in the company that is meant."""

import pytest

from hotline.members import queries
from hotline.members import service as members
from hotline.transaction import transaction
from tests.builders import NOON

FILE = """number,name,contact_name,contact_kana,contact_email,contact_phone
C1,株式会社ヤマダ部品,山田 太郎,ヤマダ タロウ,taro@yamada.example,090-1111-2222
C1,株式会社ヤマダ部品,鈴木 花子,スズキ ハナコ,,
C2,㈱ヤマダ部品,山田 次郎,ヤマダ ジロウ,,090-3333-4444
C3,髙橋製作所㈲,山田 三郎,ヤマダ サブロウ,,
"""


@pytest.fixture(autouse=True)
def companies(app):
    with transaction():
        members.import_rows(members.read_file(FILE.encode()), by_id=None, now=NOON)


def names(found: queries.FoundContacts) -> list[str]:
    return [one.contact.name for one in found.rows]


@pytest.mark.parametrize(
    ("q", "wanted"),
    [
        ("山田", ["山田 太郎", "山田 次郎", "山田 三郎"]),
        ("やまだたろう", ["山田 太郎"]),
        ("高橋 山田", ["山田 三郎"]),
        ("taro@", ["山田 太郎"]),
        ("4444", ["山田 次郎"]),
        ("C1 花子", ["鈴木 花子"]),
        ("部品", []),
        ("花子 太郎", []),
        ("---", []),
    ],
)
def test_somebody_is_found_by_the_own_words_in_the_company_that_is_meant(q, wanted):
    assert names(queries.contacts(q, limit=9)) == wanted


def test_somebody_stands_with_company_and_phones():
    [one] = queries.contacts("太郎", limit=9).rows

    assert (one.company.number, one.phones) == ("C1", ("090-1111-2222",))


def test_further_people_are_looked_at_after_the_last_one():
    first = queries.contacts("山田", limit=2)
    rest = queries.contacts("山田", limit=2, after=first.following)

    assert names(first) + names(rest) == ["山田 太郎", "山田 次郎", "山田 三郎"]
    assert rest.following is None


def test_only_so_many_are_looked_at_for_one_page(monkeypatch):
    monkeypatch.setattr(queries, "MOST_LOOKED_AT", 2)
    first = queries.contacts("三郎 山田", limit=9)
    some = queries.contacts("山田", limit=9)

    assert (names(first), first.looked_at, first.following) == (["山田 三郎"], 1, None)
    assert (names(some), some.looked_at) == (["山田 太郎"], 2)
    assert names(queries.contacts("山田", limit=9, after=some.following)) == [
        "山田 次郎",
        "山田 三郎",
    ]
