"""Offers through the API: ask, answer, choose, take back."""

from datetime import timedelta

import pytest

from hotline.coordination import queries, service
from hotline.coordination.models import Offer
from hotline.db import db
from hotline.transaction import transaction
from tests import builders, partners
from tests.builders import NOON

LATER = "2026-11-05T10:00:00+09:00"
SOON = NOON + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def soon_after_noon(at):
    with at(SOON):
        yield


def test_a_partner_is_asked_by_id_or_code(coordinator, task, vendor, other):
    first = coordinator("POST", to(task), {"vendor": vendor.id, "reply_by": LATER})
    second = coordinator("POST", to(task), {"vendor": other.code, "reason": "急ぎ"})

    assert (first.status_code, first.json["status"], first.json["reply_by"]) == (
        201,
        "offered",
        LATER,
    )
    assert second.json["reply_by"] == "2026-11-04T13:01:00+09:00"
    assert (second.json["overruled"], second.json["position"]) == ("急ぎ", 2)


def test_a_partner_is_put_in_line(coordinator, task, vendor, other):
    coordinator("POST", to(task), {"vendor": vendor.id})
    answer = coordinator("POST", to(task), {"vendor": other.id, "queue": True})

    assert (answer.json["status"], answer.json["reply_by"]) == ("queued", None)


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 422, "vendor"),
        ({"vendor": "V-none"}, 422, "vendor"),
        ({"vendor": "\ud800"}, 422, "vendor"),
        ({"vendor": True}, 422, "vendor"),
        ({"reply_by": "2026-11-04T12:01:00+09:00"}, 422, "reply_by"),
        ({"reply_by": "9998-11-04T12:01:00+09:00"}, 422, "reply_by"),
        ({"reason": "x" * 501}, 422, "reason"),
    ],
)
def test_an_offer_names_what_cannot_be_used(coordinator, task, vendor, body, status, field):
    named = {"vendor": vendor.id} if body and "vendor" not in body else {}
    answer = coordinator("POST", to(task), {**named, **body})

    assert answer.status_code == status
    assert field in answer.json["errors"]


def test_who_was_asked_is_not_asked_again(coordinator, task, vendor, offer):
    answer = coordinator("POST", to(task), {"vendor": vendor.id})

    assert answer.status_code == 409
    assert answer.content_type == "application/problem+json"


def test_a_partner_accepts_and_the_same_answer_again_is_the_same(as_vendor, vendor, offer):
    program, path = as_vendor(vendor), f"/api/v1/offers/{offer.id}/accept"
    answers = [program("POST", path, {}) for _ in range(2)]
    other = program("POST", f"/api/v1/offers/{offer.id}/decline", {"reason": "schedule"})

    assert [one.status_code for one in answers] == [200, 200]
    assert answers[0].json == answers[1].json
    assert (answers[0].json["status"], answers[0].json["answered_by"]) == ("accepted", "program")
    assert other.status_code == 409


def test_a_coordinator_answers_for_the_partner(coordinator, offer):
    answer = coordinator("POST", f"/api/v1/offers/{offer.id}/accept")

    assert (answer.json["status"], answer.json["answered_by"]) == ("accepted", "desk")


def test_a_partner_declines_with_a_reason_of_the_list(as_vendor, vendor, offer):
    program, path = as_vendor(vendor), f"/api/v1/offers/{offer.id}/decline"
    wrong = [program("POST", path, body) for body in ({}, {"reason": "x"}, {"reason": "other"})]
    done = program("POST", path, {"reason": "other", "text": "担当者の都合"})

    assert [list(one.json["errors"]) for one in wrong] == [["reason"], ["reason"], ["text"]]
    assert (done.json["status"], done.json["decline_reason"]) == ("declined", "other")


def test_an_answer_at_the_end_of_the_time_is_too_late(as_vendor, vendor, offer, at):
    with at(offer.reply_by):
        answer = as_vendor(vendor)("POST", f"/api/v1/offers/{offer.id}/accept")

    assert answer.status_code == 409
    assert again(offer).status == "offered"


@pytest.mark.parametrize("verb", ["accept", "decline"])
def test_foreign_missing_and_queued_offers_are_alike(as_vendor, task, offer, other, verb):
    with transaction():
        queued = service.queue(service.hold_task(task.id), other, by_id=1, now=SOON)
    program = as_vendor(other)
    ids = (offer.id, 9999, queued.id)
    answers = [
        program("POST", f"/api/v1/offers/{one}/{verb}", {"reason": "schedule"}) for one in ids
    ]

    assert {one.status_code for one in answers} == {404}
    assert len({one.json["detail"] for one in answers}) == 1


def test_a_partner_that_was_withdrawn_answers_nothing(as_vendor, vendor, offer):
    program = as_vendor(vendor)
    with transaction():
        db.session.merge(vendor).withdrawn_at = SOON

    assert program("POST", f"/api/v1/offers/{offer.id}/accept").status_code == 404
    assert program("GET", "/api/v1/offers").json["items"] == []


def test_one_of_two_estimates_is_chosen(coordinator, task, vendor, other):
    made = [
        coordinator("POST", to(task), {"vendor": one.id, "for_quote": True}).json["id"]
        for one in (vendor, other)
    ]
    for one in made:
        coordinator("POST", f"/api/v1/offers/{one}/accept")
    chosen = coordinator("POST", f"/api/v1/offers/{made[1]}/engage")
    twice = coordinator("POST", f"/api/v1/offers/{made[0]}/engage")

    assert (chosen.status_code, twice.status_code) == (200, 409)
    assert [one.status for one in queries.offers_of([task.id])] == ["withdrawn", "accepted"]


def test_an_offer_is_taken_back_with_a_reason(coordinator, offer):
    path = f"/api/v1/offers/{offer.id}/withdraw"
    without, done = (coordinator("POST", path, {"reason": one}) for one in (" ", "重複"))

    assert (without.status_code, done.json["status"]) == (422, "withdrawn")


def test_offers_are_listed_by_whom_they_concern(coordinator, as_vendor, task, vendor, other, offer):
    with transaction():
        service.queue(service.hold_task(task.id), other, by_id=1, now=SOON)
    everything = coordinator("GET", f"/api/v1/offers?task={task.id}").json["items"]
    waiting = coordinator("GET", "/api/v1/offers?status=offered&limit=1").json["items"]
    first = coordinator("GET", "/api/v1/offers?limit=1").json
    rest = coordinator("GET", f"/api/v1/offers?cursor={first['next_cursor']}").json["items"]
    own = as_vendor(vendor)("GET", "/api/v1/offers").json["items"]

    assert [one["status"] for one in everything] == ["queued", "offered"]
    assert [one["id"] for one in waiting] == [one["id"] for one in rest] == [offer.id]
    assert [(one["id"], one["position"]) for one in own] == [(offer.id, None)]
    assert as_vendor(other)("GET", "/api/v1/offers").json["items"] == []


def to(task) -> str:
    return f"/api/v1/tasks/{task.id}/offers"


def again(offer) -> Offer:
    db.session.rollback()
    return db.session.get(Offer, offer.id)


@pytest.fixture
def task(app):
    with transaction():
        return partners.task()


@pytest.fixture
def offer(task, vendor):
    with transaction():
        by = builders.person("coordinator")
        return service.offer(service.hold_task(task.id), vendor, by_id=by.id, now=NOON)


@pytest.fixture
def coordinator(as_role):
    return as_role("coordinator")
