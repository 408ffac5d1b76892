"""The public page where anybody tries a date."""

import re

import pytest
from sqlalchemy import event

from hotline.db import db

BAD = {
    "31 February": ({"day": "2026/02/31", "time": "10:00"}, "day"),
    "no date": ({"day": "", "time": "10:00"}, "day"),
    "no time": ({"day": "2026/10/09"}, "time"),
    "25 o'clock": ({"day": "2026/10/09", "time": "25:00"}, "time"),
    "60 minutes": ({"day": "2026/10/09", "time": "9:60"}, "time"),
    "a leap second": ({"day": "2026/10/09", "time": "23:59:60"}, "time"),
    "year 0": ({"day": "0000/10/09", "time": "10:00"}, "day"),
    "year 1": ({"day": "0001/01/01", "time": "00:00"}, "day"),
    "year 9999": ({"day": "9999/12/31", "time": "23:59"}, "day"),
    "the century's end": ({"day": "2099/12/31", "time": "23:59"}, "day"),
    "a NUL": ({"day": "2026/10/09\0", "time": "10:00"}, "day"),
    "20,000 letters": ({"day": "9" * 20_000, "time": "10:00"}, "day"),
    "an emoji": ({"day": "🗓", "time": "10:00"}, "day"),
    "a foreign line": ({"day": "2026/10/09", "time": "10:00", "line": "x"}, "line"),
    "markup": ({"day": '"><script>', "time": "10:00"}, "day"),
}


def test_anybody_sees_the_promise_and_what_to_say(tried):
    text = tried(day="2026/10/09", time="18:10:00")

    assert "10月13日<small>（火）</small>9:00" in text
    assert "10月13日、火曜日の午前9時までに、担当者からお電話いたします。" in text


def test_every_step_of_the_reason_stands_on_the_page(tried):
    text = tried(day="2026/10/09", time="18:10")

    assert "国民の祝日「スポーツの日」" in text
    assert text.index("10月10日（土）") < text.index("10月12日（月）")
    assert text.split('class="reckon"')[1].count("<li") == 5


def test_the_week_is_drawn_without_inline_style(tried):
    text = tried(day="2026/10/09", time="18:10:00")

    assert 'class="fill-open" x="37.50%" width="33.33%"' in text
    assert 'class="tick-call" x1="75.69%"' in text
    assert 'class="tick-due" x1="37.50%"' in text
    assert "style=" not in text


def test_the_month_is_told_once_and_where_it_turns(client, tried):
    in_japanese = tried(day="2026/12/30", time="17:00")
    client.set_cookie("language", "en")
    in_english = tried(day="2026/12/30", time="17:00")

    assert "<b>12月30日（水）</b>" in in_japanese
    assert "<b>31日（木）</b>" in in_japanese
    assert "<b>1月1日（金）</b>" in in_japanese
    assert "<b>Thu 31</b>" in in_english


def test_a_call_in_hours_has_no_promised_time(tried):
    text = tried(day="2025/06/02", time="16:59:59")

    assert "ただいまから担当者が対応いたします。" in text
    assert "tick-due" not in text


def test_fullwidth_digits_and_japanese_forms_are_understood(tried):
    wide = tried(day="２０２６／１０／０９", time="１８：１０")
    words = tried(day="2026年10月9日", time="18時10分")

    assert "10月13日<small>（火）</small>9:00" in wide
    assert "10月13日<small>（火）</small>9:00" in words


def test_without_a_question_the_page_answers_for_now(client, at):
    with at("2026-10-09T18:10:05+09:00"):
        text = client.get("/calendar").text

    assert 'value="2026/10/09"' in text
    assert 'value="18:10:05"' in text
    assert "10月13日<small>（火）</small>9:00" in text


def test_the_year_is_told_when_it_turns(tried):
    assert "2027年1月4日<small>（月）</small>9:00" in tried(day="2026/12/30", time="17:00")


def test_beyond_the_official_list_the_page_says_provisional(tried):
    text = tried(day="2027/12/30", time="17:00")

    assert "暫定：公式の一覧にまだない年" in text
    assert text.count('class="caution"') == 2


def test_the_end_of_the_official_list_is_announced(client, at):
    with at("2027-12-01T10:00+09:00"):
        text = client.get("/calendar").text

    assert "祝日の公式の一覧は2027年12月31日で終わります" in text


def test_the_page_speaks_english(client):
    client.set_cookie("language", "en")
    text = client.get("/calendar?day=2026/10/09&time=18:10").text

    assert "Tue 13 Oct 9:00" in text
    assert "We will call you by 9 a.m. on Tuesday, 13 October." in text
    assert "closed from 29 December to 3 January" in text


@pytest.mark.parametrize(("question", "field"), BAD.values(), ids=BAD)
def test_what_cannot_be_used_comes_back_with_a_sentence_beside_it(client, question, field):
    answer = client.get("/calendar", query_string=question)

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "<script>" not in answer.text


def test_what_was_typed_stays_in_the_form(client):
    answer = client.get("/calendar?day=2026/02/31&time=夜&line=sompo_desk")

    assert 'value="2026/02/31"' in answer.text
    assert 'value="夜"' in answer.text
    assert '<option value="sompo_desk" selected>' in answer.text


def test_every_example_leads_to_its_own_answer(client, tried):
    links = re.findall(r'<th scope="row"[^>]*><a href="([^"]*)', tried())

    assert len(links) == 5
    assert all(client.get(link.replace("&amp;", "&")).status_code == 200 for link in links)


def test_one_query_is_enough_for_the_page(client):
    asked = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    client.get("/calendar?day=2026/10/09&time=18:10")

    assert len([sql for sql in asked if "calendar_exceptions" in sql]) == 1


@pytest.fixture
def tried(client):
    """The text of the page for a question."""

    def get(**question: str) -> str:
        answer = client.get("/calendar", query_string=question)
        assert answer.status_code == 200
        return answer.text

    return get
