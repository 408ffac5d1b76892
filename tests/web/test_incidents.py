"""One cause, many tickets, on the pages of the desk; members see their own ticket alone."""

import re

import pytest

from hotline.edge import status_links
from hotline.incidents import queries
from hotline.people.rules import Role
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON
from tests.web.desk import opened, reads

TITLE = "VPN装置の欠陥"
ADVICE = {"ja": "VPN装置をLANから外してください。", "en": "Unplug the VPN device."}


def test_tickets_are_picked_and_put_together(desk):
    one, other = two()
    page = desk.get("/incidents/pick?with=" + one.number).text
    answer = desk.send("/incidents", {"title": TITLE, "tickets": [one.number, other.number]})
    shown = desk.get(answer.location).text

    assert re.search(rf'value="{one.number}" checked', page)
    assert other.number in page
    assert (TITLE in shown, "ヤマダ部品" in shown, "みなと化成" in shown) == (True, True, True)
    assert TITLE in desk.get("/incidents").text
    assert TITLE in desk.get(f"/tickets/{one.number}").text


def test_a_filter_narrows_what_can_be_picked_and_keeps_what_was_chosen(desk):
    one, other = two()
    page = desk.get(f"/incidents/pick?q=みなと&with={one.number}").text

    assert {one.number, other.number} <= set(re.findall(r'name="tickets" value="(\d{9})"', page))
    assert "当てはまる案件はありません" in desk.get("/incidents/pick?q=どこにもない").text


def test_what_is_missing_comes_back_beside_the_field_and_keeps_the_choice(desk):
    one, _ = two()
    answer = desk.send("/incidents", {"title": "", "tickets": [one.number]})
    empty = desk.send("/incidents", {"title": TITLE})

    assert (answer.status_code, empty.status_code) == (422, 422)
    assert 'id="title-error"' in answer.text
    assert re.search(rf'value="{one.number}" checked', answer.text)
    assert 'id="tickets-error"' in empty.text


def test_a_ticket_is_added_taken_out_and_put_back(desk):
    made, one, _ = incident(desk)
    further = opened("有限会社齋藤精機")
    pick = desk.get(f"/incidents/pick?into={made}").text
    desk.send("/incidents/link", {"incident": made, "tickets": further.number})
    answer = desk.send(f"/incidents/{made}/unlink/{one.number}")
    page = desk.get(answer.location).text
    desk.send("/incidents/link", {"incident": made, "tickets": one.number})

    assert one.number not in pick
    assert "もとに戻す" in page or "取り消す" in page or "元に戻す" in page
    assert len(queries.linked(made)) == 3
    assert "を一斉事案から外しました" not in desk.get(answer.location).text


def test_advice_is_looked_at_before_it_is_sent(desk):
    made, one, other = incident(desk)
    look = desk.send(f"/incidents/{made}/broadcast", {**ADVICE, "act": "look"})
    seen = re.search(r'name="seen" value="([^"]+)"', look.text)[1]
    unsent = queries.broadcasts(made)
    sent = desk.send(f"/incidents/{made}/broadcast", {**ADVICE, "act": "send", "seen": seen})
    page = desk.get(sent.location).text

    assert "電話が必要：1件" in look.text
    assert unsent == []
    assert sent.status_code == 303
    assert "電話で伝える（送れる連絡先なし）" in page
    assert {one.number, other.number} == set(seen.split())


def test_what_changed_since_the_look_is_looked_at_again(desk):
    made, _, _ = incident(desk)
    answer = desk.send(f"/incidents/{made}/broadcast", {**ADVICE, "act": "send", "seen": "1 2"})

    assert answer.status_code == 200
    assert queries.broadcasts(made) == []


@pytest.mark.parametrize(
    ("path", "fields", "field"),
    [
        ("/broadcast", {"ja": "外す", "en": ""}, "say-en"),
        ("/broadcast", {"ja": "みなと化成と同じ", "en": "x"}, "say-ja"),
        ("/status", {"status": "moon"}, "status"),
        ("/status", {"status": "hearing"}, "tickets"),
        ("", {"title": "", "version": "1"}, "title"),
    ],
)
def test_what_cannot_be_done_comes_back_beside_the_field(desk, path, fields, field):
    made, _, _ = incident(desk)
    answer = desk.send(f"/incidents/{made}{path}", fields)

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


def test_many_go_on_at_once_and_each_result_is_told(desk):
    made, one, other = incident(desk)
    desk.send(f"/tickets/{one.number}/status", {"status": "coordinating"})
    fields = {"status": "coordinating", "tickets": [one.number, other.number]}
    answer = desk.send(f"/incidents/{made}/status", fields)

    assert answer.status_code == 200
    assert "1件を進めました" in answer.text
    assert "1件はそのままです" in answer.text


def test_it_is_said_anew_closed_and_opened_again(desk):
    made, one, _ = incident(desk)
    desk.send(f"/incidents/{made}", {"title": "装置の欠陥", "cause": "CVE", "version": "1"})
    late = desk.send(f"/incidents/{made}", {"title": "別", "version": "1"})
    desk.send(f"/incidents/{made}/close")
    refused = desk.send("/incidents/link", {"incident": made, "tickets": one.number})
    desk.send(f"/incidents/{made}/reopen")

    assert (late.status_code, refused.status_code) == (409, 409)
    assert "装置の欠陥" in desk.get(f"/incidents/{made}").text


def test_no_member_learns_of_another(app, be, desk):
    made, one, other = incident(desk)
    with transaction():
        one.member_number, other.member_number = "JNX-1001", "JNX-1002"
        builders.member("JNX-1001")
    look = desk.send(f"/incidents/{made}/broadcast", {**ADVICE, "act": "look"})
    seen = re.search(r'name="seen" value="([^"]+)"', look.text)[1]
    desk.send(f"/incidents/{made}/broadcast", {**ADVICE, "act": "send", "seen": seen})
    fields = {"status": "coordinating", "tickets": [one.number, other.number]}
    desk.send(f"/incidents/{made}/status", fields)
    member = be(Role.MEMBER, member_number="JNX-1001")
    with transaction():
        bearer = {"Authorization": f"Bearer {builders.token(member.person)}"}
    link = status_links.mint(one.number, NOON.replace(day=9), app.extensions["hotline.settings"])
    texts = [
        member.get(f"/portal/tickets/{one.number}").text,
        member.get("/").text,
        member.get("/search?q=VPN").text,
        member.client.get(f"/api/v1/tickets/{one.number}", headers=bearer).text,
        member.client.get(f"/api/v1/tickets/{one.number}/timeline", headers=bearer).text,
        app.test_client().get(f"/status/{link}").text,
    ]

    assert one.number in texts[0]
    for text in texts:
        assert not any(word in text for word in (TITLE, "一斉事案", "みなと化成", other.number))
    assert member.get(f"/incidents/{made}").status_code == 403


def test_who_reads_it_is_on_record_and_an_auditor_has_no_button(be, desk):
    made, _, _ = incident(desk)
    auditor = be(Role.AUDITOR)
    page = auditor.get(f"/incidents/{made}").text

    assert len(reads(f"incident:{made}")) == 1
    assert "formaction" not in page
    assert auditor.get("/incidents/pick").status_code == 403


def test_what_is_not_there_is_missing(desk):
    for path in ("/incidents/4711", "/incidents/pick?into=x", "/incidents/pick?into=4711"):
        assert desk.get(path).status_code == 404

    assert desk.send("/incidents/link", {"incident": ""}).status_code == 404


def two():
    one = opened("株式会社ヤマダ部品", caller_phone="+819012345678")
    return one, opened("（株）みなと化成", caller_phone="+81566001234")


def incident(desk):
    one, other = two()
    fields = {"title": TITLE, "cause": "VPN", "tickets": [one.number, other.number]}
    answer = desk.send("/incidents", fields)
    return int(answer.location.rsplit("/", 1)[1]), one, other
