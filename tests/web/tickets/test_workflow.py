"""How a ticket goes on: status, severity, who is responsible, who takes a page."""

from datetime import timedelta

import pytest

from hotline.coordination.rules import TaskStatus
from hotline.db import db
from hotline.duty import queries as duty
from hotline.followups import service as followups
from hotline.notices import queries as notices
from hotline.people.rules import Role
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.rules import NEXT, Status
from hotline.transaction import transaction
from tests import builders, partners
from tests.builders import NOON
from tests.web.desk import colleague, in_order, opened, reads

DAY = timedelta(days=1)
ENDED = [Status.CLOSED, Status.OUT_OF_SCOPE, Status.DUPLICATE]


# --- Telling the caller ---


def test_the_caller_is_told_once_more_when_the_promise_was_moved(desk):
    hour_ago = NOON - timedelta(hours=1)
    ticket = opened(caller_phone="090-1234-5678", received_at=hour_ago, now=hour_ago)
    offered = desk.get(f"/tickets/{ticket.number}").text
    waiting = desk.send(f"/tickets/{ticket.number}/tell", {})
    sent(ticket)
    again = desk.send(f"/tickets/{ticket.number}/tell", {})

    assert in_order(offered, "受付番号とお約束をもう一度送る", "SMS")
    assert (waiting.status_code, again.status_code) == (409, 303)
    assert [notice.status for notice in told(ticket)] == ["sent", "waiting"]


@pytest.mark.parametrize("facts", [{"caller_phone": "03-1234-5678"}, {"drill": True}])
def test_who_cannot_be_told_is_offered_nothing(desk, facts):
    ticket = opened(**{"caller_phone": "090-1234-5678", **facts})
    page = desk.get(f"/tickets/{ticket.number}").text

    assert "もう一度送る" not in page
    assert desk.send(f"/tickets/{ticket.number}/tell", {}).status_code == 409


# --- Status ---


@pytest.mark.parametrize("status", [one for one in Status if one not in ENDED])
def test_a_step_has_a_button_where_the_workflow_allows_it_and_nowhere_else(desk, status):
    ticket = standing(status)
    page = desk.get(f"/tickets/{ticket.number}").text
    offered = {one for one in Status if f'name="status" value="{one}"' in page}
    offered |= {one for one in Status if f'<option value="{one}">' in page}

    assert offered == NEXT[status]


@pytest.mark.parametrize("status", ENDED)
def test_an_ended_ticket_can_only_be_opened_again(desk, status):
    ticket = standing(status)
    page = desk.get(f"/tickets/{ticket.number}").text

    assert 'value="callback_pending"' in page
    assert "引き継ぐ相手" not in page
    assert "担当になる" not in page


def test_a_ticket_moves_on(desk):
    ticket = standing(Status.HEARING)
    answer = go(desk, ticket, status="coordinating", was="hearing")

    assert answer.status_code == 303
    assert now(ticket).status == "coordinating"
    assert "状況を「調整中」にしました。" in desk.get(f"/tickets/{ticket.number}").text


def test_going_back_needs_a_reason(desk):
    ticket = standing(Status.RESPONDING)
    refused = go(desk, ticket, status="hearing", reason=" ")
    gone = go(desk, ticket, status="hearing", reason="聴き直しが必要")

    assert refused.status_code == 422
    assert in_order(refused.text, "前の状況に戻す", "理由を短く")
    assert (gone.status_code, now(ticket).status) == (303, "hearing")


def test_a_ticket_waits_for_a_reason(desk):
    ticket = standing(Status.COORDINATING)
    assert go(desk, ticket, status="on_hold").status_code == 422
    go(desk, ticket, status="on_hold", reason="先方の休業明けまで")

    assert now(ticket).status == "on_hold"
    assert "先方の休業明けまで" in desk.get(f"/tickets/{ticket.number}").text


def test_a_ticket_with_an_open_promise_is_not_closed_and_says_why(desk):
    ticket = opened()
    refused = go(desk, ticket, status="closed", reason="済んだ")
    page = desk.get(f"/tickets/{ticket.number}").text

    assert refused.status_code == 409
    assert "お約束がすべて済んでから" in page
    assert 'href="#promise-h"' in page
    assert 'value="closed"' not in page


def test_a_ticket_on_which_partners_work_is_not_closed_and_says_how_many(desk):
    ticket = standing(Status.SETTLING)
    with transaction():
        partners.engaged(partners.vendor(), db.session.get_one(Ticket, ticket.id))
    refused = go(desk, ticket, status="closed")

    assert refused.status_code == 409
    assert "終わっていないタスクが1件あります" in refused.text
    assert now(ticket).status == "settling"


def test_a_ticket_is_closed_and_opened_again_with_a_new_promise(desk):
    ticket = standing(Status.SETTLING)
    go(desk, ticket, status="closed")
    closed = now(ticket).status
    without = go(desk, ticket, status="callback_pending")
    go(desk, ticket, status="callback_pending", reason="同じ被害がまた出た")
    page = desk.get(f"/tickets/{ticket.number}").text

    assert closed == "closed"
    assert without.status_code == 422
    assert now(ticket).status == "callback_pending"
    assert in_order(page, "次にすること", "折返しのお約束", "同じ被害がまた出た")


def test_out_of_scope_shows_what_to_say_and_ends_what_is_owed(desk):
    ticket = opened()
    page = desk.get(f"/tickets/{ticket.number}").text
    missing = go(desk, ticket, status="out_of_scope")
    go(desk, ticket, status="out_of_scope", referral="ipa")

    assert "情報処理推進機構" in page or "IPA" in page
    assert missing.status_code == 422
    assert now(ticket).status == "out_of_scope"
    assert builders.promise_of(ticket).status == "called_off"


@pytest.mark.parametrize("status", ["", "nothing", "\0", "received"])
def test_a_status_that_cannot_be_reached_changes_nothing(desk, status):
    ticket = standing(Status.HEARING)

    assert go(desk, ticket, status=status).status_code in (409, 422)
    assert now(ticket).status == "hearing"


def test_who_saw_another_status_is_refused_and_sees_what_happened(desk):
    ticket = standing(Status.HEARING)
    go(desk, ticket, status="coordinating", was="hearing")
    refused = go(desk, ticket, status="advised", was="hearing")

    assert refused.status_code == 409
    assert in_order(
        refused.text, "ほかの人が先に変更しました。いまは「調整中」です。", "最新の記録"
    )
    assert now(ticket).status == "coordinating"


# --- Joined tickets ---


def test_joined_tickets_lead_to_each_other_and_show_their_calls(desk):
    ticket, into = opened("重なり社"), opened("本流社")
    with transaction():
        builders.call(ticket_id=ticket.id, from_number="+81566009999")
        tickets.join(ticket, into, by_id=desk.person.id, now=NOON)
    old = desk.get(f"/tickets/{ticket.number}").text
    kept = desk.get(f"/tickets/{into.number}").text

    assert in_order(
        old, "別の受付番号で続いています", f"/tickets/{into.number}", "元に戻す：別の事故"
    )
    assert in_order(kept, "まとめた案件", f"/tickets/{ticket.number}")
    assert "0566-00-9999" in kept


def test_a_joined_ticket_is_separated_again(desk):
    ticket, into = opened(), opened()
    with transaction():
        tickets.join(ticket, into, by_id=desk.person.id, now=NOON)
    go(desk, ticket, status="callback_pending", reason="別の拠点だった")

    assert now(ticket).duplicate_of_id is None
    assert "別の拠点だった" in desk.get(f"/tickets/{into.number}").text


# --- Severity ---


def test_the_severity_says_whether_it_was_judged_by_whom_and_why(desk):
    ticket = opened()
    proposed = desk.get(f"/tickets/{ticket.number}").text
    desk.send(f"/tickets/{ticket.number}/severity", {"severity": "p1", "reason": "生産が止まった"})
    judged = desk.get(f"/tickets/{ticket.number}").text

    assert "まだ判定されていません" in proposed
    assert in_order(judged, "瀬戸 圭さんが判定", "提案はP2 高", "生産が止まった")


def test_what_the_answers_propose_is_nobodys_judgement(desk, be):
    ticket = opened(case_types=())
    fields = {"part": "case_types", "case_types": "ransom"}
    be(Role.OPERATOR, name="大槻 一").send(f"/tickets/{ticket.number}/intake/fields", fields)
    page = desk.get(f"/tickets/{ticket.number}").text

    assert "回答からの提案どおり（大槻 一" in page
    assert "さんが判定" not in page


def test_only_a_supervisor_lowers_the_severity(desk, be):
    ticket = opened(severity="p1")
    fields = {"severity": "p4", "reason": "問い合わせだけ", "was": "p1"}
    refused = desk.send(f"/tickets/{ticket.number}/severity", fields)
    lowered = be(Role.SUPERVISOR).send(f"/tickets/{ticket.number}/severity", fields)

    assert refused.status_code == 422
    assert "field-error" in refused.text
    assert (lowered.status_code, now(ticket).severity) == (303, "p4")


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"severity": ""}, 422), ({"severity": "p9"}, 422), ({"severity": "p1", "was": "p3"}, 409)],
)
def test_a_severity_that_is_none_or_was_changed_meanwhile_is_refused(desk, fields, status):
    ticket = opened()

    assert desk.send(f"/tickets/{ticket.number}/severity", fields).status_code == status
    assert now(ticket).severity == "p2"


# --- Responsible ---


def test_somebody_becomes_responsible_and_stands_in_the_list(desk):
    ticket = opened("担当社")
    answer = desk.send(f"/tickets/{ticket.number}/responsible/take")

    assert answer.status_code == 303
    assert now(ticket).coordinator_id == desk.person.id
    assert "担当社" in desk.get("/tickets?responsible=me").text
    assert "担当社" not in desk.get("/tickets?responsible=nobody").text


def test_a_ticket_is_handed_over_and_that_person_is_told(desk):
    ticket, other = opened(), colleague(Role.SUPERVISOR)
    fields = {"to": str(other.id), "was": "nobody"}
    answer = desk.send(f"/tickets/{ticket.number}/responsible", fields)
    told = notices.about(f"ticket:{ticket.number}")

    assert answer.status_code == 303
    assert now(ticket).coordinator_id == other.id
    assert [(one.kind, one.person_id) for one in told] == [("handed_over", other.id)]


@pytest.mark.parametrize("to", ["", "0", "x", "999999", "operator"])
def test_only_coordinators_and_supervisors_can_be_named(desk, to):
    ticket, operator = opened(), colleague(Role.OPERATOR)
    named = str(operator.id) if to == "operator" else to
    answer = desk.send(f"/tickets/{ticket.number}/responsible", {"to": named})

    assert answer.status_code == 422
    assert "担当にする人を選んでください" in answer.text


def test_the_second_of_two_who_name_somebody_is_told_who_was_first(desk):
    ticket, other = opened(), colleague()
    desk.send(f"/tickets/{ticket.number}/responsible", {"to": str(other.id), "was": "nobody"})
    again = {"to": str(desk.person.id), "was": "nobody"}
    refused = desk.send(f"/tickets/{ticket.number}/responsible", again)

    assert refused.status_code == 409
    assert "ほかの人が先に変更しました。いまは「瀬戸 圭」です。" in refused.text


def test_an_operator_names_somebody_and_is_not_asked_to_be_responsible(be):
    ticket = opened()
    operator = be(Role.OPERATOR)
    page = operator.get(f"/tickets/{ticket.number}").text

    assert "担当になる" not in page
    assert "担当を決める" in page
    assert operator.send(f"/tickets/{ticket.number}/responsible/take").status_code == 409


# --- Pages ---


def test_a_page_stands_first_and_is_taken_with_its_promise(desk):
    page = paged()
    shown = desk.get(f"/tickets/{page.number}").text
    answer = desk.send(f"/tickets/{page.number}/pages/{page.id}/take")

    assert in_order(
        shown, "次にすること", "いますぐ対応する人が必要です", "時間外のP1", "わたしが対応する"
    )
    assert answer.status_code == 303
    assert not duty.open_pages()


def test_who_comes_second_to_a_page_hears_who_has_it(desk, be):
    page = paged()
    desk.send(f"/tickets/{page.number}/pages/{page.id}/take")
    refused = be(Role.SUPERVISOR).send(f"/tickets/{page.number}/pages/{page.id}/take")

    assert refused.status_code == 409
    assert "瀬戸 圭" in refused.text


def test_a_page_of_another_ticket_is_missing(desk):
    page, other = paged(), opened()

    assert desk.send(f"/tickets/{other.number}/pages/{page.id}/take").status_code == 404
    assert desk.send(f"/tickets/{page.number}/pages/999999/take").status_code == 404


# --- What comes next ---


def test_what_comes_next_is_the_late_first_and_one_button_is_the_most_urgent(desk):
    ticket = opened("", received_at=NOON - DAY, severity="p1")
    page = desk.get(f"/tickets/{ticket.number}").text

    assert in_order(page, "次にすること", "折返しのお約束", "受付の内容を書く", "未確認：会社")
    assert page.count("btn-primary") == 1


@pytest.mark.parametrize(
    ("status", "engaged", "said"),
    [
        (Status.HEARING, True, "何が起きたかを、ごいっしょに確かめています。"),
        (Status.COORDINATING, True, "専門の会社を手配しています。"),
        (Status.COORDINATING, False, ""),
        (Status.RESPONDING, True, ""),
    ],
)
def test_a_status_that_still_looks_for_partners_is_to_be_moved(desk, status, engaged, said):
    ticket = standing(status)
    with transaction():
        row = db.session.get_one(Ticket, ticket.id)
        (partners.engaged if engaged else asked)(partners.vendor(), row)
    page = desk.get(f"/tickets/{ticket.number}").text

    assert f"「{said}」と表示されます" in page if said else "」と表示されます" not in page


def test_nothing_to_do_says_how_to_go_on(desk):
    ticket = standing(Status.SETTLING)
    with transaction():
        row = db.session.get_one(Ticket, ticket.id)
        row.coordinator_id, row.assessed = desk.person.id, True
    page = desk.get(f"/tickets/{ticket.number}").text

    assert "状況を次へ進めるか、終了してください。" in page


def test_unsafe_channels_are_said_in_a_band(desk):
    ticket = opened()
    with transaction():
        row = db.session.get_one(Ticket, ticket.id)
        row.company_channels_unsafe, row.safe_phone = True, "090-0000-7781"
    page = desk.get(f"/tickets/{ticket.number}").text

    assert in_order(page, "会社のメールと内線は使わない", "090-0000-7781", "次にすること")


def test_unsafe_channels_that_another_ticket_of_the_company_tells_of_are_said_too(desk):
    said, unreachable, new = (opened(member_number="JNX-1001") for _ in range(3))
    with transaction():
        row = db.session.get_one(Ticket, said.id)
        row.company_channels_unsafe, row.safe_phone = True, "090-0000-7781"
        db.session.get_one(Ticket, unreachable.id).company_channels_unsafe = True
    page = desk.get(f"/tickets/{new.number}").text

    assert in_order(
        page, "会社のメールと内線は使わない", said.number, "090-0000-7781", "次にすること"
    )


def test_a_drill_is_not_warned_of_real_channels(desk):
    said, drill = opened(member_number="JNX-1001"), opened(member_number="JNX-1001", drill=True)
    with transaction():
        db.session.get_one(Ticket, said.id).company_channels_unsafe = True
    page = desk.get(f"/tickets/{drill.number}").text

    assert "会社のメールと内線は使わない" not in page


def test_an_auditor_sees_everything_and_no_form(be):
    page = paged()
    shown = be(Role.AUDITOR).get(f"/tickets/{page.number}").text
    main = shown[shown.index("<main") : shown.index("</main>")]

    assert "いますぐ対応する人が必要です" in main
    assert "<form" not in main
    assert len(reads(f"ticket:{page.number}")) == 1


def standing(status: Status) -> Ticket:
    """A ticket that stands there, with nothing owed on it."""
    ticket = opened()
    with transaction():
        followups.keep(builders.promise_of(ticket), by_id=1, now=NOON)
        db.session.get_one(Ticket, ticket.id).status = status
    return ticket


def asked(vendor, ticket: Ticket):
    return partners.offer(partners.task(ticket, status=TaskStatus.OFFERED), vendor)


def paged():
    with transaction():
        return builders.page()


def go(desk, ticket: Ticket, **fields: str):
    return desk.send(f"/tickets/{ticket.number}/status", fields)


def now(ticket: Ticket) -> Ticket:
    return db.session.get_one(Ticket, ticket.id, populate_existing=True)


def told(ticket: Ticket):
    about = notices.about(f"ticket:{ticket.number}")
    return [one for one in sorted(about, key=lambda one: one.id) if one.kind == "received"]


def sent(ticket: Ticket) -> None:
    with transaction():
        for notice in told(ticket):
            notice.status, notice.sent_at = "sent", NOON
