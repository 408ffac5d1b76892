"""What the desk does with the promise of a ticket."""

from datetime import timedelta

import pytest

from hotline.followups import queries as promises
from hotline.people.rules import Role
from hotline.transaction import transaction
from tests import builders
from tests.web.desk import colleague, in_order, opened, reads, take
from tests.web.forms import sign_in

HOUR = timedelta(hours=1)


def test_a_promise_is_taken_up_and_kept(desk):
    ticket = opened()
    promise = builders.promise_of(ticket)
    taken = desk.send(f"/tickets/{ticket.number}/promises/{promise.id}/take")
    kept = desk.send(f"/tickets/{ticket.number}/promises/{promise.id}/keep")

    assert (taken.status_code, kept.status_code) == (303, 303)
    assert builders.promise_of(ticket).status == "done"
    assert "折返し済みにしました。" in desk.get(f"/tickets/{ticket.number}").text


def test_a_promise_is_moved_with_a_reason(desk):
    ticket = opened()
    promise = builders.promise_of(ticket)
    fields = {"day": "２０２６/11/05", "time": "15:00", "reason": "会議のため"}
    answer = desk.send(f"/tickets/{ticket.number}/promises/{promise.id}/move", fields)
    page = desk.get(f"/tickets/{ticket.number}").text

    assert answer.status_code == 303
    assert in_order(page, "11月5日（木）", "会議のため")
    assert [one.status for one in promises.of_ticket(ticket.id)] == ["moved", "pending"]


@pytest.mark.parametrize(
    ("verb", "fields", "said"),
    [
        ("move", {"day": "", "time": "9:00", "reason": "x"}, "2026/12/30 のように"),
        ("move", {"day": "2026/02/31", "time": "9:00", "reason": "x"}, "その日付はありません"),
        ("move", {"day": "2026/11/05", "time": "25:00", "reason": "x"}, "18:10 のように"),
        ("move", {"day": "2026/11/05", "time": "9:00", "reason": " "}, "理由を短く"),
        ("move", {"day": "2026/11/03", "time": "9:00", "reason": "x"}, "これから先の日時"),
        ("move", {"day": "2026/11/05", "time": "9:00", "reason": "x\0"}, "目に見えない文字"),
        ("call-off", {"reason": ""}, "理由を短く"),
        ("call-off", {"reason": "長" * 501}, "500文字まで"),
    ],
)
def test_what_cannot_be_done_comes_back_with_the_sentence_and_the_words(desk, verb, fields, said):
    ticket = opened()
    promise = builders.promise_of(ticket)
    answer = desk.send(f"/tickets/{ticket.number}/promises/{promise.id}/{verb}", fields)

    assert answer.status_code == 422
    assert said in answer.text
    assert fields["reason"][:100].replace("\0", "") in answer.text
    assert builders.promise_of(ticket).status == "pending"
    assert len(reads(f"ticket:{ticket.number}")) == 1


@pytest.mark.parametrize(("day", "warned"), [("2026/11/05", False), ("2026/11/08", True)])
def test_a_move_onto_a_closed_day_is_said_aloud(desk, day, warned):
    ticket = opened()
    promise = builders.promise_of(ticket)
    fields = {"day": day, "time": "15:00", "reason": "先方の希望"}
    desk.send(f"/tickets/{ticket.number}/promises/{promise.id}/move", fields)

    assert ("営業時間外です" in desk.get(f"/tickets/{ticket.number}").text) is warned


def test_a_promise_is_called_off_with_a_reason(desk):
    ticket = opened()
    promise = builders.promise_of(ticket)
    fields = {"reason": "訓練の電話だった"}
    desk.send(f"/tickets/{ticket.number}/promises/{promise.id}/call-off", fields)
    page = desk.get(f"/tickets/{ticket.number}").text

    assert "お約束を取り消しました。理由：訓練の電話だった" in page
    assert "この案件のお約束はすべて済んでいます。" in page


def test_a_step_the_promise_does_not_have_is_refused(desk):
    ticket = opened()
    promise = builders.promise_of(ticket)
    path = f"/tickets/{ticket.number}/promises/{promise.id}"
    desk.send(f"{path}/keep")
    refused = desk.send(f"{path}/take")

    assert refused.status_code == 409
    assert "もう先へ進んでいます" in refused.text
    assert "この案件のお約束はすべて済んでいます。" in refused.text


def test_a_promise_of_another_ticket_is_missing(desk):
    ticket, other = opened(), opened()
    path = f"/tickets/{ticket.number}/promises/{builders.promise_of(other).id}/take"

    assert desk.send(path).status_code == 404
    assert desk.send(f"/tickets/{ticket.number}/promises/99999999/take").status_code == 404
    assert desk.send(f"/tickets/{ticket.number}/promises/{2**40}/take").status_code == 404


def test_who_was_reached_to_them_the_promise_is_kept(desk):
    ticket = opened()
    answer = desk.send(attempts(ticket), {"outcome": "reached", "with_whom": "邊見さま"})
    page = desk.get(f"/tickets/{ticket.number}").text

    assert answer.status_code == 303
    assert builders.promise_of(ticket).status == "done"
    assert in_order(page, "折返しの記録", "邊見さま")


def test_a_message_that_was_left_names_with_whom_and_when_it_is_tried_again(desk):
    ticket = opened()
    fields = {
        "outcome": "message_left",
        "with_whom": "守衛室",
        "day": "2026/11/04",
        "time": "15:30",
    }
    desk.send(attempts(ticket), fields)
    page = desk.get(f"/tickets/{ticket.number}").text

    assert builders.promise_of(ticket).status == "taken"
    assert in_order(page, "次にすること", "きょう 15:30", "もう一度電話する", "結果を書く")
    assert in_order(page, "折返しの記録", "守衛室")


def test_the_next_try_is_due_when_its_time_has_come(desk):
    ticket = opened()
    fields = {"outcome": "no_answer", "day": "2026/11/04", "time": "13:00"}
    desk.send(attempts(ticket), fields)
    desk.later(HOUR)
    sign_in(desk.client, desk.person)

    assert in_order(desk.get(f"/tickets/{ticket.number}").text, "いま 13:00", "もう一度電話する")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"outcome": ""}, "電話がどうなったかを選んで"),
        ({"outcome": "gone"}, "電話がどうなったかを選んで"),
        ({"outcome": "message_left", "with_whom": ""}, "field-error"),
        ({"outcome": "no_answer", "day": "2026/11/04", "time": ""}, "18:10 のように"),
        ({"outcome": "no_answer", "day": "2026/11/03", "time": "9:00"}, "field-error"),
        ({"outcome": "no_answer", "with_whom": "x" * 201}, "200文字まで"),
    ],
)
def test_an_attempt_that_cannot_be_written_down_comes_back(desk, fields, said):
    ticket = opened()
    answer = desk.send(attempts(ticket), {"with_whom": "守衛室", **fields})

    assert answer.status_code == 422
    assert said in answer.text
    assert not promises.attempts_of(ticket.id)
    assert builders.promise_of(ticket).status == "pending"


def test_who_comes_second_sees_who_was_first_and_the_ticket_as_it_is_now(desk, be):
    ticket = opened("同時社")
    other = colleague()
    take(ticket, other)
    path = f"/tickets/{ticket.number}/promises/{builders.promise_of(ticket).id}/take"
    refused = be(Role.COORDINATOR).send(path)

    assert refused.status_code == 409
    assert in_order(
        refused.text, "もう先へ進んでいます", "最新の記録", "同時社", "折返し済みにする"
    )
    assert len(reads(f"ticket:{ticket.number}")) == 1


def test_an_attempt_after_the_end_is_refused(desk):
    ticket = opened()
    desk.send(f"/tickets/{ticket.number}/promises/{builders.promise_of(ticket).id}/keep")

    assert desk.send(attempts(ticket), {"outcome": "no_answer"}).status_code == 409


def attempts(ticket) -> str:
    with transaction():
        return f"/tickets/{ticket.number}/promises/{builders.promise_of(ticket).id}/attempts"
