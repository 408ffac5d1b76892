"""The page on which partners are chosen and asked, and the proposals of a ticket."""

import pytest

from hotline.coordination import queries
from hotline.coordination.models import Task
from hotline.coordination.rules import OfferStatus, TaskStatus
from hotline.db import db
from hotline.people.rules import Role
from hotline.transaction import transaction
from tests import builders, partners
from tests.web.desk import in_order, reads

BRIEF = {
    "version": "1",
    "scope": "暗号化被害の原因調査",
    "scale": "サーバー 2台",
    "region": "chubu",
}


def test_the_page_shows_the_order_and_why(world, desk):
    page = desk.get(f"/tasks/{world.task.id}/offering").text

    assert in_order(page, "シグマ鑑識", "北斗データ鑑識")
    assert "空きなし" in page
    assert "一部お支払いの対象外となる場合があります。" in page
    assert len(reads(f"task:{world.task.id}")) == 1


def test_the_first_is_asked_and_the_rest_stand_in_line(world, desk):
    answer = ask(desk, world, {world.a: "now", world.b: "then"})
    first, second = queries.offers_of([world.task.id])

    assert answer.location == f"/tasks/{world.task.id}"
    assert [first.status, second.status] == [OfferStatus.OFFERED, OfferStatus.QUEUED]
    assert db.session.get(Task, world.task.id).scale == "サーバー 2台"


def test_another_than_the_first_comes_back_until_a_reason_is_given(world, desk):
    without = ask(desk, world, {world.b: "now"})
    with_one = ask(desk, world, {world.b: "now"}, overruled="前回も担当した")

    assert without.status_code == 422
    assert 'id="overruled-error"' in without.text
    assert with_one.status_code == 303
    assert queries.offers_of([world.task.id])[0].overruled == "前回も担当した"


def test_the_head_of_the_page_leads_to_what_needs_another_look(world, desk):
    page = ask(desk, world, {}).text

    assert in_order(page, '<a href="#first-error">', 'id="first-error"')


def test_two_are_asked_for_prices_at_once(world, desk):
    alone = ask(desk, world, {world.a: "now"}, mode="quote")
    both = ask(desk, world, {world.a: "now", world.b: "now"}, mode="quote")

    assert (alone.status_code, both.status_code) == (422, 303)
    assert [one.for_quote for one in queries.offers_of([world.task.id])] == [True, True]


@pytest.mark.parametrize("name", ["確認工業㈱", "邊見さま"])
def test_a_name_in_what_partners_read_first_keeps_it_here(world, desk, name):
    answer = ask(desk, world, {world.a: "now"}, scale=f"{name}の2台")

    assert answer.status_code == 422
    assert 'id="scale-error"' in answer.text
    assert queries.offers_of([world.task.id]) == []
    assert db.session.get(Task, world.task.id).scale == ""


def test_the_wish_is_saved_and_the_candidates_ranked_anew(world, desk):
    fields = {**BRIEF, "act": "rank", "region": "kyushu"}
    answer = desk.send(f"/tasks/{world.task.id}/offering", fields)

    assert answer.location == f"/tasks/{world.task.id}/offering"
    assert db.session.get(Task, world.task.id).region == "kyushu"
    assert queries.offers_of([world.task.id]) == []


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"whom-abc": "now"}, 422),
        ({"whom-999999": "now"}, 404),
        ({"reply_by_day": "2026/11/03", "reply_by_time": "9:00"}, 422),
        ({"reply_by_day": "soon"}, 422),
        ({"version": "7"}, 409),
        ({"version": "x"}, 409),
        ({"region": "moon"}, 422),
    ],
)
def test_what_cannot_be_used_is_said_and_nobody_is_asked(world, desk, fields, status):
    chosen = {} if set(fields) & {"whom-abc", "whom-999999"} else {world.a: "now"}
    answer = ask(desk, world, chosen, **fields)

    assert answer.status_code == status
    assert queries.offers_of([world.task.id]) == []


def test_who_was_asked_already_is_shown_and_cannot_be_asked_twice(world, desk):
    ask(desk, world, {world.a: "now"})
    again = ask(desk, world, {world.a: "now"}, version="2", overruled="もう一度")

    assert again.status_code == 409
    assert 'role="alert"' in again.text


def test_once_somebody_does_it_nobody_can_be_asked(world, desk):
    with transaction():
        world.task.status, world.task.vendor_id = TaskStatus.ACCEPTED, world.a.id
    page = desk.get(f"/tasks/{world.task.id}/offering").text

    assert 'name="act"' not in page
    assert ask(desk, world, {world.a: "now"}).status_code == 409


def test_where_nobody_is_left_the_page_says_so_and_has_no_button(world, desk):
    ask(desk, world, {world.a: "now", world.b: "then"})
    page = desk.get(f"/tasks/{world.task.id}/offering").text

    assert 'class="caution"' in page
    assert 'value="ask"' not in page


def test_work_on_site_is_proposed_where_the_company_is(world, desk):
    with transaction():
        member = builders.member(number="M-1")
        world.ticket.member_number, world.ticket.site = member.number, "本社工場"
    page = desk.get(f"/tasks/{world.task.id}/offering").text

    assert '<option value="chubu" selected>' in page
    assert 'value="愛知県"' in page


def test_without_candidates_the_page_says_so(world, desk):
    with transaction():
        task = partners.task(world.ticket, function="trust_recovery")

    assert 'class="blank"' in desk.get(f"/tasks/{task.id}/offering").text


def test_a_proposal_is_added_or_set_aside_from_the_ticket(world, desk):
    number = world.ticket.number
    added = desk.send(f"/tickets/{number}/tasks/proposed", {"function": "legal"})
    unexplained = desk.send(f"/tickets/{number}/tasks/set-aside", {"function": "pr"})
    aside = desk.send(f"/tickets/{number}/tasks/set-aside", {"function": "pr", "reason": "自社で"})
    nothing = desk.send(f"/tickets/{number}/tasks/proposed", {})
    gone = desk.send(f"/tickets/{number}/tasks/proposed", {"function": "legal"})

    answers = (added, unexplained, aside, nothing, gone)
    assert [one.status_code for one in answers] == [303, 422, 303, 422, 409]
    assert {one.function: one.status for one in queries.tasks_of(world.ticket.id)} == {
        "forensics": "drafted", "legal": "drafted", "pr": "withdrawn",
    }  # fmt: skip


def test_noting_the_other_side_names_who_was_asked_and_works_for_them(world, desk):
    ask(desk, world, {world.a: "now"})
    desk.get("/tickets")  # It was said there who was asked.
    with transaction():
        partners.engaged(world.a, builders.ticket(company="㈱東海フランジ"))
    desk.send(f"/tickets/{world.ticket.number}/parties", {"company": "東海フランジ"})
    page = desk.get(f"/tasks/{world.task.id}/offering").text
    told = page.split('class="told"')[1].split("<main")[0]

    assert "東海フランジ" in told
    assert "シグマ鑑識合同会社" in told


def test_the_other_side_is_noted_and_taken_off_the_list(world, desk):
    number = world.ticket.number
    noted = desk.send(f"/tickets/{number}/parties", {"company": "東海フランジ"})
    (party,) = queries.opposing_parties(world.ticket.id)
    empty = desk.send(f"/tickets/{number}/parties", {"company": ""})
    dropped = desk.send(f"/tickets/{number}/parties/{party.id}/drop")

    assert [one.status_code for one in (noted, empty, dropped)] == [303, 422, 303]
    assert list(queries.opposing_parties(world.ticket.id)) == []


def ask(desk, world, chosen, **fields):
    whom = {f"whom-{vendor.id}": when for vendor, when in chosen.items()}
    sent = {**BRIEF, "act": "ask", "mode": "engage", **whom, **fields}
    return desk.send(f"/tasks/{world.task.id}/offering", sent)


class World:
    """A task of a ticket, a partner with time and one without."""

    def __init__(self) -> None:
        self.ticket = builders.ticket(company="確認工業株式会社", caller_name="邊見 俊介")
        self.task = partners.task(self.ticket)
        self.a = partners.vendor(code="A", name="シグマ鑑識合同会社", regions=["chubu"])
        self.b = partners.vendor(code="B", name="㈱北斗データ鑑識", capacity=0)


@pytest.fixture
def world(app) -> World:
    with transaction():
        return World()


@pytest.fixture
def desk(be):
    return be(Role.COORDINATOR)
