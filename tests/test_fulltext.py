"""What is found through the indexes of both databases."""

import pytest
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from hotline.db import db
from hotline.fulltext import matches
from hotline.members.models import Member
from hotline.searchkeys import grams, phrases
from hotline.tickets.models import Ticket
from hotline.transaction import transaction
from tests import builders
from tests.conftest import DATABASE
from tests.searchkeys import pairs

pytestmark = pytest.mark.usefixtures("app")


def stored(**fields: list[str]) -> int:
    """The id of a ticket that is found by these fields."""
    with transaction():
        made = builders.ticket()
        made.search_text = grams(**fields)
    return made.id


def found(q: str, table: type[Ticket | Member] = Ticket) -> list[int]:
    hits = select(table.id).where(matches(table.search_text, phrases(q))).order_by(table.id)
    return list(db.session.scalars(hits))


@pytest.mark.parametrize(
    ("kind", "known"),
    [("companies", pairs.COMPANIES), ("texts", pairs.TEXTS), ("phones", pairs.PHONES)],
)
def test_every_spelling_finds_what_is_stored(kind, known):
    ids = {name: stored(**{kind: [name]}) for name in dict.fromkeys(name for name, _ in known)}
    missed = [(name, query) for name, query in known if ids[name] not in found(query)]

    assert missed == []


@pytest.mark.parametrize(("text", "query"), pairs.NOT_FOUND)
def test_what_is_not_in_a_text_is_not_found(text, query):
    stored(texts=[text])

    assert found(query) == []


def test_a_text_is_found_as_it_reads_today():
    with transaction():
        this, other = builders.member(number="M-1"), builders.member(number="M-2")
        this.search_text, other.search_text = grams(texts=["暗号化"]), grams(texts=["漏洩"])
    with transaction():
        this.search_text = grams(texts=["復旧した"])
        db.session.delete(other)

    assert found("復旧", Member) == [this.id]
    assert found("暗号", Member) == found("漏洩", Member) == []


@pytest.mark.parametrize("q", ["あ", "あい", "あいう", "う", "6351", "あ 6351", "6351 あい"])
def test_no_phrase_reaches_from_one_field_into_the_next(q):
    this = stored(texts=["あいう"], phones=["03-5422-6351"])
    stored(texts=["んん", "い", "ん", "3516"], phones=["03-6351-5422"])

    assert found(q) == [this]


@pytest.mark.parametrize(
    "q",
    [
        '"', "'", "%", "_", "\\", "*", "NEAR(あ い)", "あ OR い", "-あ", "^あ", "search_text:あ",
        ":*", "&|!()", "😱", "👩‍👩‍👧", "\ud800", "あ\x00い", "\ufdfa" * 99, "あ" * 10_000,
        "あ " * 5_000, "株式会社", "㈱ (有)", "ーー－−", "", " ",
    ],
)  # fmt: skip
def test_whatever_is_typed_has_an_answer(q):
    stored(texts=["なにもない"])

    assert found(q) == []


def test_the_longest_summary_is_found_by_its_last_words():
    """PostgreSQL keeps no positions behind the 16,383rd, and 256 of each word."""
    this = stored(texts=["ああ" * 4_998 + "末尾です"] * 1 + ["いう" * 7_000 + "さいご"])

    assert found("末尾です") == found("ああああ末尾") == found("いういうさいご") == [this]
    assert found("いういうさいごに") == []


def test_the_largest_entry_is_taken_by_the_index():
    this = stored(texts=["".join(map(chr, range(0x20000, 0x2A6D0))), *map(str, range(10_000))])

    assert found("𠀀𠀁𠀂") == [this]


@pytest.mark.parametrize("q", ["暗号化", "暗", "化 29"])
def test_the_index_is_used(q):
    for number in range(30):
        stored(texts=[f"暗号化 {number}"])
    words = explained(q)

    assert "ix_tickets_search_text" in words or "tickets_search VIRTUAL TABLE" in words


def explained(q: str) -> str:
    """How the database goes about a query."""
    hits = select(Ticket.id).where(matches(Ticket.search_text, phrases(q)))
    hits = hits.order_by(Ticket.received_at.desc()).limit(5)
    dialect = sqlite.dialect() if DATABASE == "sqlite" else postgresql.dialect()
    statement = str(hits.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    connection = db.session.connection()
    if DATABASE != "sqlite":
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # The table is small.
    how = "EXPLAIN QUERY PLAN" if DATABASE == "sqlite" else "EXPLAIN"
    return "\n".join(map(str, connection.exec_driver_sql(f"{how} {statement}")))
