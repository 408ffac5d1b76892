"""Under which keys names are found, however they were written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.searchkeys import company_key, text_key
from hotline.searchkeys.names import KEY_LENGTH, is_legal_form


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("ﾔﾏﾀﾞ　ﾀﾛｳ", "ヤマダタロウ"),
        ("やまだたろう", "ヤマダタロウ"),
        ("キャノン", "キヤノン"),
        ("ショウヤ", "シヨウヤ"),
        ("ティー・エス", "テイエス"),
        ("ＡＢＣ①Ⅲ", "abc1iii"),
        ("髙﨑齋濵邉德嶋廣澤櫻國", "高崎斉浜辺徳島広沢桜国"),
        ("袖ヶ浦", "袖ケ浦"),
        ("a\u200bb\x00c\ud800d\ufe0f", "abcd"),
        ("〜—―ー-", ""),
        ("", ""),
    ],
)
def test_spellings_of_one_text_have_one_key(text, key):
    assert text_key(text) == key


@pytest.mark.parametrize(
    "name",
    [
        "株式会社ヤマダ部品", "㈱ヤマダ部品", "ヤマダ部品（株）", "ﾔﾏﾀﾞ部品", "やまだ部品",
        "㍿ヤマダ部品", "ヤマダ部品 株式会社", "( 株 )ヤマダ部品", "㊑ヤマダ部品", "ｶ)ヤマダ部品",
        "ヤマダ部品(ｶ", "ヤマダ部品(カ)", "有限会社ヤマダ部品", "ヤマダ部品 Co., Ltd.",
        "ヤマダ部品, Inc.",
    ],
)  # fmt: skip
def test_a_legal_form_is_no_part_of_the_key(name):
    assert company_key(name) == "ヤマダ部品"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("株式会社", "株式会社"),
        ("㈱", "株式会社"),
        ("株式会社Ｚ", "z"),
        ("Zinc", "zinc"),
        ("日本株式会社研究所", "日本株式会社研究所"),
        ("", ""),
        ("---", ""),
    ],
)
def test_a_key_is_empty_only_for_an_empty_name(name, key):
    assert company_key(name) == key


def test_a_key_fits_its_column():
    assert len(company_key("\ufdfa" * 200)) == KEY_LENGTH


@pytest.mark.parametrize("word", ["株式会社", "㈱", "（有）", "カ)", "Ltd.", "CO.,LTD", "㍿"])
def test_a_word_can_be_a_legal_form_alone(word):
    assert is_legal_form(word)


@pytest.mark.parametrize("word", ["㈱ヤマダ", "株", "会社", "Corpus", ""])
def test_other_words_are_more_than_a_legal_form(word):
    assert not is_legal_form(word)


@given(st.text(max_size=60))
def test_a_key_is_its_own_key(text):
    assert text_key(text_key(text)) == text_key(text)
