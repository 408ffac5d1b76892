"""What is found by which query, by the phrases alone."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.searchkeys import grams, holds, phrases, text_key
from hotline.searchkeys.pairs import MOST_PAIRS, QUERY_WORDS
from tests.searchkeys import pairs


def found(search_text: str, q: str) -> bool:
    """Whether ``q`` finds the text, as both databases understand the phrases."""
    wanted = phrases(q)
    return bool(wanted) and all(holds(search_text, group) for group in wanted)


@pytest.mark.parametrize(("stored", "query"), pairs.COMPANIES)
def test_a_company_is_found_in_every_spelling(stored, query):
    assert found(grams(companies=[stored]), query)


@pytest.mark.parametrize(("stored", "query"), pairs.TEXTS)
def test_a_text_is_found_by_any_part_of_it(stored, query):
    assert found(grams(texts=[stored]), query)


@pytest.mark.parametrize(("stored", "query"), pairs.PHONES)
def test_a_phone_is_found_by_its_end_however_it_was_written(stored, query):
    assert found(grams(phones=[stored]), query)


@pytest.mark.parametrize(("stored", "query"), pairs.NOT_FOUND)
def test_what_is_not_in_a_text_is_not_found(stored, query):
    assert not found(grams(texts=[stored]), query)


@pytest.mark.parametrize("query", ["318", "0120", "2006", "1200663", "66318 03", "12"])
def test_a_few_digits_or_the_middle_of_a_phone_do_not_find_it(query):
    assert not found(grams(phones=["0120-066-318", "03-5422-6351"]), query)


def test_no_phrase_reaches_from_one_field_into_the_next():
    text = grams(texts=["ヤマダ", "ダイチ", "abc"], phones=["03-5422-6351", "0120-066-318"])

    assert not any(found(text, q) for q in ("ヤマダダイチ", "ヤマダイチ", "チa", "63510120"))


def test_all_words_must_be_there_in_any_order_and_field():
    text = grams(companies=["㈱ヤマダ部品"], texts=["ランサムウェア"], phones=["0120-066-318"])

    assert found(text, "ランサム やまだ 6318")
    assert not found(text, "ランサム すずき")


def test_digits_of_a_text_are_found_beside_those_of_phones():
    assert found(grams(texts=["2026-09-18 に発生"]), "2026-09-18")
    assert found(grams(texts=["証券 1234 と 5678"]), "1234 5678")


@pytest.mark.parametrize("q", ["", " ", "---", "ー", "\x00", "\ud800", "　・　", "\u200b"])
def test_nothing_is_looked_for_when_nothing_is_left(q):
    assert phrases(q) == []


@pytest.mark.parametrize(
    "q", ['"', "'; DROP TABLE tickets; --", "NEAR(a b)", "a OR b", "*", "🏭" * 9000, "あ" * 10_000]
)
def test_tokens_are_letters_whatever_was_typed(q):
    tokens = [token for group in phrases(q) for phrase in group for token in phrase]

    assert tokens
    assert all(re.fullmatch(r"[a-z]{10}|[a-z]{5}\*", token) for token in tokens)


def test_a_long_query_is_searched_for_by_its_beginning():
    stored = "あいうえお" * 100

    assert found(grams(texts=[stored]), stored)
    assert len(phrases(" ".join(map(str, range(90))))) == QUERY_WORDS


def test_a_text_without_end_has_so_many_pairs_and_no_more():
    text = grams(companies=["㈱ヤマダ"], texts=["".join(map(chr, range(0x4E00, 0x9FFF))) * 4])

    assert len(text.split()) == MOST_PAIRS
    assert found(text, "ヤマダ")


def test_the_same_field_twice_stands_there_once():
    assert grams(phones=["0120-066-318", "0120066318", ""]) == grams(phones=["0120066318"])


@given(st.text(max_size=40), st.integers(0, 40), st.integers(1, 40))
def test_every_part_of_every_text_is_found(text, start, length):
    part = text_key(text)[start : start + length]

    assert found(grams(texts=[text]), part) or not part.strip()


@pytest.mark.parametrize("end", ["0000", "9000", "1111", "7111", "5678"])
def test_the_pairs_of_an_end_are_in_few_phones_even_where_its_digits_are_alike(end):
    """An index knows the pairs of a row, not how they follow: it reads what holds all of them."""
    rows = [set(grams(phones=[f"03{place * 7919:08}"]).split()) for place in range(10_000)]
    ending = phrases(end)[0][-1]
    read = [row for row in rows if row.issuperset(ending)]

    assert len(read) <= len(rows) / 100


def test_one_digit_again_and_again_is_the_end_of_a_phone_and_nothing_in_a_text():
    stored = grams(texts=["支払い 10000円"], phones=["03-1234-0000"])

    assert found(stored, "0000")
    assert found(stored, "1000")
    assert found(stored, "000")
    assert not found(grams(texts=["支払い 10000円"]), "0000")
