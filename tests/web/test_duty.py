"""The roster page: who is rung now, and the form that puts somebody on duty."""

import re
from datetime import timedelta

import pytest

from hotline import clock
from hotline.db import db
from hotline.duty import queries
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON
from tests.web.forms import send, sign_in

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)
SHIFT = {
    "line": "jnx",
    "role": "operator",
    "starts_day": "2026/11/04",
    "starts_time": "13:00",
    "ends_day": "２０２６/１１/０４",
    "ends_time": "21:00",
}


def test_the_roster_shows_who_is_on_duty_and_who_is_next(desk):
    desk.be("auditor")
    with transaction():
        builders.shift(builders.person("operator", name="今 当番"))
        later = {"starts_at": NOON + HOUR, "ends_at": NOON + 2 * HOUR}
        builders.shift(builders.person("operator", name="次 当番"), **later)
    text = desk.get("/duty").text

    assert text.index("今 当番") < text.index("次 当番")


def test_a_line_without_anybody_says_so(desk):
    desk.be("operator")

    assert "is-due" in desk.get("/duty").text


def test_somebody_is_put_on_duty(desk):
    desk.be("supervisor")
    answer = desk.send("/duty", {**SHIFT, "person": desk.somebody("operator")})

    assert answer.status_code == 302
    assert [one.shift.starts_at for one in queries.coming(NOON)] == [NOON + HOUR]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"starts_day": "2026/02/31"}, "starts_day"),
        ({"starts_time": "25:00"}, "starts_time"),
        ({"ends_day": ""}, "ends_day"),
        ({"ends_time": "x" * 20_000}, "ends_time"),
        ({"ends_time": "12:30"}, "ends_at"),
        ({"line": "moon"}, "line"),
        ({"role": "auditor"}, "role"),
        ({"role": "supervisor"}, "person"),
        ({"person": ""}, "person"),
        ({"person": "9" * 40}, "person"),
        ({"person": "٣"}, "person"),
    ],
)
def test_a_wrong_shift_comes_back_with_the_sentence_beside_the_field(desk, changed, field):
    desk.be("coordinator")
    answer = desk.send("/duty", {**SHIFT, "person": desk.somebody("operator"), **changed})

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert queries.coming(NOON) == []


def test_a_role_without_anybody_in_the_next_seven_days_says_so(desk):
    desk.be("operator")
    text = desk.get("/duty").text

    assert text.count("7日間ずっと") == 6


def test_a_gap_in_the_next_seven_days_is_drawn_and_told(desk):
    desk.be("supervisor")
    with transaction():
        someone = builders.person("operator", phone="090-1234-5678")
        builders.shift(someone, starts_at=NOON - HOUR, ends_at=NOON + 2 * HOUR)
        builders.shift(someone, starts_at=NOON + 6 * HOUR, ends_at=NOON + WEEK)
    text = desk.get("/duty").text

    assert "きょう 14:00–18:00" in text
    assert 'x="1.19%" width="2.38%"' in text


def test_a_roster_without_gaps_says_so(desk):
    desk.be("supervisor")
    with transaction():
        someone = builders.person("operator", phone="090-1234-5678")
        builders.shift(someone, starts_at=NOON - HOUR, ends_at=NOON + WEEK)

    assert "空きなし" in desk.get("/duty").text


def test_whoever_is_not_rung_fills_no_gap(desk):
    desk.be("supervisor")
    everywhere = {"starts_at": NOON - HOUR, "ends_at": NOON + WEEK}
    with transaction():
        builders.shift(builders.person("operator"), **everywhere)
        builders.shift(builders.person("auditor", phone="090-1234-5678"), **everywhere)

    assert "空きなし" not in desk.get("/duty").text


def test_a_week_is_shown_day_by_day_and_planned_anew_a_week_later(desk):
    desk.be("coordinator")
    with transaction():
        builders.shift(builders.person("operator", name="今週 当番"))
    answer = desk.send("/duty/copy-week", {"week": "2026-11-02"})
    later = desk.get("/duty?week=2026-11-09").text

    assert answer.headers["Location"].endswith("/duty?week=2026-11-09")
    assert "今週 当番" in later
    assert [one.shift.starts_at for one in queries.coming(NOON)] == [NOON - 4 * HOUR + WEEK]


def test_a_shift_that_began_before_stands_in_every_week_it_runs(desk):
    desk.be("operator")
    with transaction():
        builders.shift(builders.person("operator", name="長い 当番"), ends_at=NOON + 2 * WEEK)

    assert "前から続く当番" in desk.get("/duty?week=2026-11-09").text
    assert "この週の当番はまだ入っていません" in desk.get("/duty?week=2026-11-23").text


def test_an_empty_week_cannot_be_copied(desk):
    desk.be("supervisor")

    assert desk.send("/duty/copy-week", {"week": "2026-11-02"}).status_code == 409


def test_no_week_is_copied_by_mistake(desk):
    desk.be("supervisor")
    with transaction():
        builders.shift(builders.person("operator"))

    assert desk.send("/duty/copy-week", {"week": "soon"}).status_code == 422
    assert queries.coming(NOON) == []


@pytest.mark.parametrize("week", ["", "soon", "2026-13-01", "0001-01-01", "9" * 5000])
def test_a_week_that_cannot_be_read_is_this_one(desk, week):
    desk.be("operator")
    answer = desk.client.get("/duty", query_string={"week": week})

    assert answer.status_code == 200
    assert "week=2026-11-09" in answer.text


def test_a_running_shift_is_ended_and_a_coming_one_removed(desk):
    desk.be("administrator")
    with transaction():
        someone = builders.person("operator")
        running = builders.shift(someone)
        coming = builders.shift(someone, starts_at=NOON + 5 * HOUR, ends_at=NOON + 6 * HOUR)
    desk.send(f"/duty/{running.id}/end")
    desk.send(f"/duty/{coming.id}/remove")

    assert queries.current(NOON) == []
    assert queries.coming(NOON) == []


def test_ending_a_shift_twice_is_refused(desk):
    desk.be("supervisor")
    with transaction():
        running = builders.shift(builders.person("operator"))

    assert desk.send(f"/duty/{running.id}/end").status_code == 302
    assert desk.send(f"/duty/{running.id}/end").status_code == 409


def test_a_shift_that_is_not_there_is_missing(desk):
    desk.be("supervisor")

    assert desk.send("/duty/4711/end").status_code == 404
    assert desk.send("/duty/99999999999/remove").status_code == 404


@pytest.mark.parametrize("role", ["operator", "auditor", "member", "vendor"])
def test_only_those_who_plan_the_roster_change_it(desk, role):
    desk.be(role)

    assert desk.send("/duty", SHIFT).status_code == 403


@pytest.mark.parametrize("role", ["member", "vendor"])
def test_outsiders_do_not_see_the_roster(desk, role):
    desk.be(role)

    assert desk.get("/duty").status_code == 403


def test_the_roster_says_whose_phones_ring_now(desk):
    desk.be("operator")
    with transaction():
        builders.shift(builders.person("operator", name="受 電", phone="+819011112222"))
        builders.person("supervisor", name="主 任", phone="+819033334444")
    text = desk.get("/duty").text
    jnx, sompo = text.split('id="line-sompo_desk"')

    assert "受 電" in jnx.split("着信でいま鳴る電話")[1].split("</dd>")[0]
    assert "主 任" in sompo.split("着信でいま鳴る電話")[1].split("</dd>")[0]


def test_nobody_with_a_phone_is_said_in_red(desk):
    desk.be("auditor")

    assert "留守番電話だけになります" in desk.get("/duty").text


def test_a_shift_is_asked_for_and_agreed_to_on_the_page(desk):
    owner, other = desk.two()
    desk.send("/duty/pass-on", {"shift": owner.shift, "to": other.id, "note": "通院のため"})
    sign_in(desk.client, other, now=NOON)
    page = desk.get("/duty").text
    answer = desk.send(re.search(r"/duty/swaps/\d+/agree", page)[0])

    assert "通院のため" in page
    assert answer.status_code == 302
    assert [one.person.id for one in queries.coming(NOON)] == [other.id]


def test_only_who_may_have_the_shift_is_offered_it(desk):
    _, other = desk.two()
    with transaction():
        somebody = builders.person("coordinator", name="調 整")
    page = desk.get("/duty").text
    offered = page.split('action="/duty/pass-on"')[1].split("</form>")[0]

    assert f'value="{other.id}"' in offered
    assert somebody.name not in offered


@pytest.mark.parametrize("verb", ["decline", "withdraw", "approve"])
def test_a_request_is_answered_otherwise(desk, verb):
    owner, other = desk.two()
    desk.send("/duty/pass-on", {"shift": owner.shift, "to": other.id})
    [(swap, _)] = queries.open_swaps(NOON)
    if verb == "decline":
        sign_in(desk.client, other, now=NOON)
    if verb == "approve":
        desk.be("supervisor")
    answer = desk.send(f"/duty/swaps/{swap.id}/{verb}")
    holder = other if verb == "approve" else owner

    assert answer.status_code == 302
    assert queries.open_swaps(NOON) == []
    assert [one.person.id for one in queries.coming(NOON)] == [holder.id]


def test_a_request_that_cannot_be_approved_any_more_says_why(desk):
    owner, other = desk.two()
    desk.send("/duty/pass-on", {"shift": owner.shift, "to": other.id})
    [(swap, shift)] = queries.open_swaps(NOON)
    with transaction():
        builders.shift(other, starts_at=shift.starts_at, ends_at=shift.ends_at)
    desk.be("supervisor")

    assert desk.send(f"/duty/swaps/{swap.id}/approve").status_code == 409
    assert desk.send("/duty/swaps/4711/approve").status_code == 404


def test_who_plans_the_roster_gives_a_shift_away_at_once(desk):
    owner, other = desk.two()
    fields = {"shift": owner.shift, "to": other.id, "act": "give"}
    refused = desk.send("/duty/pass-on", fields).status_code
    desk.be("supervisor")
    done = desk.send("/duty/pass-on", fields).status_code

    assert (refused, done) == (403, 302)
    assert [one.person.id for one in queries.coming(NOON)] == [other.id]


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"shift": "x"}, "shift"), ({"to": ""}, "to"), ({"note": "\x00"}, "note")],
)
def test_what_cannot_be_asked_for_comes_back_beside_the_field(desk, changed, field):
    owner, other = desk.two()
    answer = desk.send("/duty/pass-on", {"shift": owner.shift, "to": other.id, **changed})

    assert answer.status_code == 422
    assert f'{field}-error"' in answer.text


def test_nobody_sees_what_others_were_asked(desk):
    owner, other = desk.two()
    desk.send("/duty/pass-on", {"shift": owner.shift, "to": other.id, "note": "通院のため"})
    desk.be("operator")

    assert "通院のため" not in desk.get("/duty").text


class Desk:
    """Somebody's browser, at noon."""

    def __init__(self, client):
        self.client = client
        self.get = client.get

    def be(self, role: str) -> None:
        with transaction():
            someone = builders.person(role)
        sign_in(self.client, someone, now=NOON)

    def somebody(self, role: str) -> str:
        with transaction():
            return str(builders.person(role).id)

    def two(self):
        """Somebody who is signed in and has a shift tomorrow, and a colleague without one."""
        with transaction():
            owner = builders.person("operator", name="本 人", phone="+819011112222")
            other = builders.person("operator", name="代 理", phone="+819033334444")
            begin = NOON + 20 * HOUR
            shift = builders.shift(owner, starts_at=begin, ends_at=begin + 8 * HOUR)
        sign_in(self.client, owner, now=NOON)
        owner.shift = shift.id
        return owner, other

    def send(self, path, fields=None):
        answer = send(self.client, path, fields)
        db.session.rollback()  # What the test read before is no longer so.
        return answer


@pytest.fixture
def desk(client):
    with clock.fixed(NOON):
        yield Desk(client)
