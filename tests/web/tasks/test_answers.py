"""What partners answered, written down by the desk, and which of them is chosen."""

from hotline.coordination import service as coordination
from hotline.coordination.models import Offer, Task
from hotline.coordination.rules import OfferStatus, TaskStatus
from hotline.db import db
from hotline.transaction import transaction
from tests import partners
from tests.builders import NOON
from tests.web.desk import in_order


def test_the_desk_writes_down_the_yes_of_a_partner(desk, asked):
    page = desk.get(f"/tasks/{asked.task_id}").text
    sent = desk.send(f"/tasks/{asked.task_id}/offers/{asked.id}/accept")
    offer = db.session.get(Offer, asked.id)

    assert in_order(page, "あと 1時間", "の回答を待っている", "引き受けると聞いた")
    assert sent.status_code == 303
    assert (offer.status, offer.answered_by) == (OfferStatus.ACCEPTED, "desk")
    assert in_order(desk.get(f"/tasks/{asked.task_id}").text, "受諾済み", "電話などで聞いた")


def test_the_no_of_a_partner_needs_a_reason_and_asks_the_next(desk, asked):
    with transaction():
        following = partners.vendor(name="次の会社")
        partners.contact(following)
        coordination.queue(
            db.session.get(Task, asked.task_id), following, by_id=desk.person.id, now=NOON
        )
    path = f"/tasks/{asked.task_id}/offers/{asked.id}/decline"
    missing = desk.send(path, {"text": "きょうは無理"})
    sent = desk.send(path, {"reason": "no_capacity", "text": "きょうは無理"})
    page = desk.get(f"/tasks/{asked.task_id}").text

    assert missing.status_code == 422
    assert "きょうは無理" in missing.text
    assert sent.status_code == 303
    assert in_order(page, "次の会社", "終わった打診", "きょうは無理")


def test_a_request_is_taken_back_with_a_reason(desk, asked):
    path = f"/tasks/{asked.task_id}/offers/{asked.id}/withdraw"

    assert desk.send(path, {"reason": ""}).status_code == 422
    assert desk.send(path, {"reason": "ほかに決めた"}).status_code == 303
    assert desk.send(path, {"reason": "ほかに決めた"}).status_code == 409


def test_one_of_two_estimates_is_chosen(desk, task):
    with transaction():
        db.session.get(Task, task).status = TaskStatus.OFFERED
        offers = [
            partners.offer(
                db.session.get(Task, task),
                partners.vendor(name=name),
                status=OfferStatus.ACCEPTED,
                for_quote=True,
                answered_at=NOON,
                wake_at=None,
            ).id
            for name in ("甲社", "乙社")
        ]
    page = desk.get(f"/tasks/{task}").text
    sent = desk.send(f"/tasks/{task}/offers/{offers[1]}/engage")

    assert in_order(page, "見積りを比べて1社を選ぶ", "甲社", "この会社に依頼する", "乙社")
    assert sent.status_code == 303
    assert in_order(desk.get(f"/tasks/{task}").text, "受諾済み", "乙社")


def test_an_offer_of_another_task_is_not_there(desk, asked, task):
    for verb in ("accept", "decline", "withdraw", "engage"):
        path = f"/tasks/{task}/offers/{asked.id}/{verb}"

        assert desk.send(path, {"reason": "x"}).status_code == 404
