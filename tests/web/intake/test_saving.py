"""A call has its number and promise at once, and no word that is typed is lost."""

import re
from datetime import UTC, datetime

import pytest

from hotline import clock
from hotline.calls.models import Call
from hotline.db import db
from hotline.followups import service as followups
from hotline.tickets import queries
from hotline.tickets.models import Ticket
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON
from tests.web.forms import sign_in
from tests.web.intake.browser import (
    HOUR,
    NIGHT,
    TYPED,
    address,
    checked,
    fresh,
    opened,
    reads,
)


def test_a_new_call_is_a_ticket_with_its_promise_before_the_first_question(desk):
    with clock.fixed(NIGHT):
        sign_in(desk.client, desk.person)
        answer = desk.send("/intake", {"line": "jnx"})
    ticket = db.session.query(Ticket).one()

    assert answer.status_code == 303
    assert answer.location == f"/tickets/{ticket.number}/intake"
    assert ticket.received_at == NIGHT
    assert builders.promise_of(ticket).due_at == NOON + 21 * HOUR
    assert db.session.query(Call).one().ticket_id == ticket.id


def test_a_line_that_does_not_exist_opens_nothing(desk):
    answer = desk.send("/intake", {"line": "moon"})

    assert answer.status_code == 422
    assert db.session.query(Ticket).count() == 0


def test_a_recorded_call_opens_in_the_intake_with_its_true_time(desk):
    with transaction():
        call = builders.call(received_at=NOON - 3 * HOUR, from_number="+81566001234")
    answer = desk.send(f"/calls/{call.id}/ticket")
    page = desk.get(answer.location).text

    assert "9:00:00 受電" in page
    assert db.session.query(Ticket).one().caller_phone == "+81566001234"


def test_the_promise_stands_in_large_type_with_its_sentence_in_both_languages(desk):
    ticket = opened(received_at=NIGHT)
    page = desk.get(f"/tickets/{ticket.number}/intake").text

    assert re.search(r'class="promise-time">.*11月5日', page)
    assert "11月5日、木曜日の午前9時までに、担当者からお電話いたします。" in page
    assert 'lang="en">We will call you by 9 a.m. on Thursday, 5 November.' in page


def test_where_nothing_is_owed_nothing_is_promised(desk):
    ticket = opened()
    with transaction():
        promise = builders.promise_of(ticket)
        followups.call_off(promise, reason="解決した", by_id=desk.person.id, now=NOON)
    page = desk.get(address(ticket)).text

    assert "までに、担当者から" not in page
    assert "promise-time" not in page


def test_a_drill_says_so_on_top(desk):
    ticket = opened(drill=True)

    assert "訓練です。" in desk.get(f"/tickets/{ticket.number}/intake").text


def test_a_visit_is_on_record(desk):
    ticket = opened()
    desk.get(f"/tickets/{ticket.number}/intake")

    assert reads(f"ticket:{ticket.number}") == [{}]


# Saving


def test_what_is_typed_is_saved_and_stands_there_again(desk):
    ticket = opened(case_types=())
    answer = desk.save(ticket, **TYPED)
    saved = queries.intake_of(fresh(ticket))

    assert answer.location == f"/tickets/{ticket.number}/intake"
    assert saved.case_types == ("leak", "ransom")
    assert saved.company == "ヤマダ部品㈱"
    assert saved.occurred_at == datetime(2026, 11, 3, 22, 40, tzinfo=UTC)
    assert saved.consents == {"agent": False, "sompo_japan": True}
    assert saved.answers["ongoing"] == ["yes"]
    assert saved.company_channels_unsafe


def test_the_page_shows_what_was_saved_and_when(desk):
    ticket = opened(case_types=())
    desk.save(ticket, **TYPED)
    page = desk.get(f"/tickets/{ticket.number}/intake").text

    for words in ("ヤマダ部品㈱", "邊見 さゆり", "2026/11/04", "7:40", "保存済み 12:00:00"):
        assert words in page
    assert checked(page, "case_types") == ["ransom", "leak"]
    assert checked(page, "primary") == ["leak"]
    assert checked(page, "answers.ongoing") == ["", "yes"]
    assert checked(page, "consents.agent") == ["no"]


def test_an_answer_can_be_taken_away_again(desk):
    ticket = opened(case_types=("ransom",))
    desk.save(ticket, case_types="ransom", **{"answers.stopped": ["edi", "production"]})
    desk.save(ticket, case_types="ransom", **{"answers.stopped": ""})

    assert "stopped" not in queries.intake_of(fresh(ticket)).answers


def test_the_kind_of_another_incident_is_kept(desk):
    ticket = opened(case_types=())
    desk.save(ticket, case_types="other", other_kind="support_scam")

    assert fresh(ticket).other_kind == "support_scam"


def test_a_site_may_be_chosen_or_typed(desk):
    ticket = opened()
    desk.save(ticket, site="本社工場", site_text="")
    chosen = fresh(ticket).site
    desk.save(ticket, site="本社工場", site_text="夜間倉庫")

    assert (chosen, fresh(ticket).site) == ("本社工場", "夜間倉庫")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("occurred_time", "25:00", "18:10 のように"),
        ("occurred_day", "2026/02/31", "その日付はありません"),
        ("occurred_day", "2026/11/05", "まだ来ていません"),
        ("caller_email", "nobody", "メール"),
        ("case_types", "flood", "種別は次のどれか"),
        ("other_kind", "flood", ""),
        ("answers.ongoing", "maybe", ""),
        ("answers.nothing", "yes", "この質問はありません"),
        ("consents.agent", "perhaps", ""),
        ("consents.nobody", "yes", "この共有先はありません"),
        ("severity", "p9", ""),
        ("company", "a\0b", ""),
        ("summary", "x" * 10_001, "10000"),
    ],
)
def test_a_wrong_value_comes_back_with_its_sentence_and_every_other_word(
    desk, field, value, sentence
):
    ticket = opened(case_types=())
    given = {**TYPED, "case_types": ["other"], field: value}
    answer = desk.save(ticket, **given)

    assert answer.status_code == 422
    assert ('class="field-error" id=' in answer.text) != (field in NOT_ON_THE_PAGE)
    assert sentence in answer.text
    assert "邊見 さゆり" in answer.text or field == "caller_name"
    assert fresh(ticket).changed_at is None


NOT_ON_THE_PAGE = ("answers.nothing", "consents.nobody")


def test_all_wrong_fields_are_named_at_once(desk):
    ticket = opened()
    answer = desk.save(ticket, occurred_day="x", caller_email="nobody", summary="そのまま")

    assert answer.text.count('class="field-error" id=') == 2
    assert "そのまま" in answer.text
    assert 'value="nobody"' in answer.text


def test_the_page_ticks_nothing_that_nobody_ticked(desk):
    ticket = opened(case_types=())
    desk.save(ticket, company="ヤマダ部品")
    page = desk.get(f"/tickets/{ticket.number}/intake").text

    assert checked(page, "occurred_unknown") == checked(page, "discovered_unknown") == []


def test_a_time_that_is_typed_counts_although_it_was_not_known_before(desk):
    ticket = opened()
    desk.save(ticket)
    desk.save(ticket, discovered_day="11/4", discovered_time="7:40")

    assert fresh(ticket).discovered_at == datetime(2026, 11, 3, 22, 40, tzinfo=UTC)


def test_the_first_save_says_how_the_caller_is_told(desk):
    ticket = opened(case_types=())
    desk.save(ticket, case_types="ransom", safe_phone="090-1234-5678")
    page = desk.get(f"/tickets/{ticket.number}/intake").text

    assert "入力した内容を保存しました。" in page
    assert "SMSで" in page


def test_who_cannot_be_told_is_read_the_promise(desk):
    ticket = opened(case_types=())
    desk.save(ticket, case_types="ransom")

    assert "読み上げてください" in desk.get(f"/tickets/{ticket.number}/intake").text


def test_nobody_is_told_of_a_drill(desk):
    ticket = opened(case_types=(), drill=True)
    desk.save(ticket, case_types="ransom", safe_phone="090-1234-5678")
    page = desk.get(f"/tickets/{ticket.number}/intake").text

    assert "SMSで" not in page
    assert "読み上げてください" not in page


def test_a_script_is_told_where_to_go_when_all_is_saved(desk):
    ticket = opened()
    answer = desk.save(ticket, headers={"X-Fragment": "1"}, summary="保存")

    assert answer.status_code == 204
    assert answer.headers["X-Go-To"] == f"/tickets/{ticket.number}/intake"


def test_a_call_on_the_console_takes_no_more_statements_than_it_needs(desk, statements):
    """Three of them are the page that the button stands on."""
    with statements() as sent:
        desk.send("/intake", {"line": "jnx"})
    asked = [one for one in sent if "nextval" not in one]

    assert len(asked) == (13 if db.engine.dialect.name == "sqlite" else 8)
