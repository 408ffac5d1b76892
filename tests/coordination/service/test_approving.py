from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.coordination.models import Approval
from hotline.coordination.queries import costs as on_record
from hotline.coordination.rules import TaskStatus
from hotline.coordination.service import approving
from hotline.coordination.service.approving import Answer
from hotline.coordination.service.free_advice import end_free_advice
from hotline.coordination.service.stepping import step_task
from hotline.db import db
from hotline.errors import Invalid, Missing, Refused
from hotline.members.models import InsurancePolicy
from hotline.notices.models import Notice
from hotline.notices.rules import Kind, Status
from hotline.timeline.models import Line
from hotline.transaction import transaction
from tests import builders, partners
from tests.builders import NOON

LATER = NOON + timedelta(hours=1)
YEAR = timedelta(days=365)
PORTAL = Answer("portal", 1)


def test_the_first_estimate_is_not_asked_for_before_free_advice_has_ended(task, line, desk):
    with pytest.raises(Refused, match="costs something"), transaction():
        approving.ask_approval(task, by_id=desk.id, now=NOON)
    assert task.status == "estimating"


def test_without_a_quote_of_who_does_it_nobody_is_asked(ticket, task, ended, desk):
    with transaction():
        partners.cost_line(ticket, task, vendor_id=partners.vendor().id)
        partners.cost_line(ticket, task, state="guess")

    with pytest.raises(Refused, match="no quote"), transaction():
        approving.ask_approval(task, by_id=desk.id, now=NOON)


def test_the_member_is_asked_for_the_lines_as_they_stand(task, line, ended, desk, vendor):
    approval = ask(task, desk)

    assert (approval.total_yen, task.status) == (6_600_000, "waiting_approval")
    assert approval.lines[0]["item"] == "ファイルサーバーの復旧"
    assert on_record.open_approval(task.id) == approval
    assert on_record.vendor_asked(approval, task) == vendor.id
    assert ask(task, desk) is approval


def test_the_companys_accounts_and_the_caller_are_told_by_safe_ways(
    ticket, task, line, ended, desk
):
    account = member_of("JNX-1")
    member_of("JNX-2")
    approval = ask(task, desk)
    told = [
        (one.channel, one.person_id, one.audience)
        for one in notices_about(approval)
        if one.kind == Kind.APPROVAL_ASKED
    ]

    assert sorted(told, key=str) == [("mail", account, ""), ("sms", None, "caller")]
    assert notices_about(approval)[0].facts == {"number": ticket.number, "approval": approval.id}


def test_nothing_is_sent_to_a_company_whose_mail_is_not_safe(ticket, task, line, ended, desk):
    member_of("JNX-1")
    with transaction():
        ticket.company_channels_unsafe = True
    approval = ask(task, desk)

    assert [one.channel for one in notices_about(approval)] == ["sms"]


def test_in_a_drill_nobody_outside_is_told(ticket, task, line, ended, desk):
    member_of("JNX-1")
    with transaction():
        ticket.drill = True
    approval = ask(task, desk)

    assert notices_about(approval) == []
    assert on_record.told_count(approval) == 0


def test_quotes_become_orders_when_the_member_agrees(task, line, ended, desk):
    approval = ask(task, desk)
    for _ in range(2):
        with transaction():
            approving.approve(approval, PORTAL, now=LATER)
    answered = select(Notice).where(Notice.kind == Kind.APPROVAL_ANSWERED)

    assert (line.state, line.approval_id, task.status) == ("order", approval.id, "approved")
    assert (approval.answered_by, approval.answered_at) == ("portal", LATER)
    assert len(db.session.scalars(answered).all()) == 1


def test_where_no_partner_does_it_the_answer_is_told_to_the_desk_alone(task, line, ended, desk):
    approval = ask(task, desk)
    with transaction():
        task.vendor_id = None
        approving.approve(approval, PORTAL, now=LATER)
    told = db.session.scalars(select(Notice.kind).where(Notice.subject == f"task:{task.id}")).all()

    assert told == [Kind.APPROVAL_ANSWERED]


def test_the_partner_hears_the_answer_and_no_price_of_it(task, line, ended, desk):
    approval = ask(task, desk)
    with transaction():
        approving.approve(approval, PORTAL, now=LATER)
    lines = db.session.scalars(select(Line).where(Line.subject == f"task:{task.id}")).all()

    assert {one.event: one.audience for one in lines} == {
        "approval_asked": "member",
        "approval_given": "vendor",
    }
    assert "yen" not in next(one.facts for one in lines if one.audience == "vendor")


def test_by_phone_somebody_said_so_and_it_was_read_back(task, line, ended, desk):
    approval = ask(task, desk)
    with pytest.raises(Invalid) as refused, transaction():
        approving.approve(approval, Answer("phone", desk.id), now=LATER)
    heard = Answer("phone", desk.id, "邊見さま", "復唱いたします。")
    with transaction():
        approving.approve(approval, heard, now=LATER)

    assert set(refused.value.fields) == {"said_by", "read_back"}
    assert (approval.said_by, approval.read_back) == ("邊見さま", "復唱いたします。")
    assert approval.person_id == desk.id


def test_who_does_not_agree_says_why(task, line, ended, desk):
    approval = ask(task, desk)
    for given, field in ((PORTAL, {"reason"}), (Answer("phone", desk.id), {"reason", "said_by"})):
        with pytest.raises(Invalid) as refused, transaction():
            approving.refuse(approval, " ", given, now=LATER)
        assert set(refused.value.fields) == field
    for _ in range(2):
        with transaction():
            approving.refuse(approval, "高いです。", PORTAL, now=LATER)

    assert (approval.status, approval.reason) == ("refused", "高いです。")
    assert (task.status, line.state) == ("estimating", "quote")


def test_another_answer_than_the_one_that_was_given_is_refused(task, line, ended, desk):
    approval = ask(task, desk)
    with transaction():
        approving.approve(approval, PORTAL, now=LATER)

    with pytest.raises(Refused, match="approved already"), transaction():
        approving.refuse(approval, "高いです。", PORTAL, now=LATER)
    with pytest.raises(Refused, match="approved already"), transaction():
        approving.take_back(approval, by_id=desk.id, now=LATER)


def test_what_was_taken_back_cannot_be_agreed_to_and_is_not_sent(task, line, ended, desk):
    member_of("JNX-1")
    approval = ask(task, desk)
    for _ in range(2):
        with transaction():
            approving.take_back(approval, by_id=desk.id, now=LATER)

    assert {one.status for one in notices_about(approval)} == {Status.WITHDRAWN}
    assert (task.status, approval.reason) == ("estimating", "taken_back")
    with pytest.raises(Refused, match="not valid any more"), transaction():
        approving.approve(approval, PORTAL, now=LATER)


def test_a_cancelled_task_withdraws_what_waits_and_not_what_was_agreed_to(ended, desk, cases):
    approvals = []
    for task, _ in cases:
        approvals.append(ask(task, desk))
        with transaction():
            if len(approvals) > 1:
                approving.approve(approvals[1], PORTAL, now=LATER)
            facts = {"actor": "desk", "reason": "不要", "by_id": desk.id, "now": LATER}
            step_task(task, TaskStatus.CANCELLED, **facts)

    assert [one.status for one in approvals] == ["withdrawn", "approved"]
    assert [line.state for _, line in cases] == ["quote", "order"]
    assert approvals[0].reason == "task_ended"


def test_a_member_sees_the_requests_of_its_own_company(ticket, task, line, ended, desk):
    approval = ask(task, desk)
    with transaction():
        own, foreign = builders.person("member"), builders.person("member")
        own.member_number, foreign.member_number = "JNX-1", "JNX-2"

    assert on_record.approval_for(own, approval.id)[2] == ticket
    assert [one[0] for one in on_record.waiting_for(own)] == [approval]
    for viewer, wanted in ((foreign, approval.id), (own, approval.id + 1)):
        with pytest.raises(Missing):
            on_record.approval_for(viewer, wanted)


# Where free advice ends


def test_it_is_kept_once_when_to_whom_and_in_which_words_free_advice_ended(ticket, desk):
    with transaction():
        first = end_free_advice(
            ticket, "有償です。", said_to="邊見さま", said_at=NOON, by_id=desk.id, now=LATER
        )
        again = end_free_advice(ticket, "…", said_to="他", said_at=LATER, by_id=1, now=LATER)

    assert again is first
    assert (first.words, first.said_to, first.said_at) == ("有償です。", "邊見さま", NOON)


def test_what_was_said_in_the_minute_of_the_call_was_said_after_it_came(ticket, desk):
    with transaction():
        came = db.session.merge(ticket).received_at = NOON + timedelta(seconds=40)
        told = {"said_to": "邊見さま", "said_at": NOON}  # Nobody types seconds.
        ended = end_free_advice(ticket, "有償です。", **told, by_id=desk.id, now=LATER)

    assert ended.said_at == came


@pytest.mark.parametrize(
    ("said_at", "field"),
    [(NOON - timedelta(minutes=1), "time"), (LATER + timedelta(minutes=6), "time"), (NOON, None)],
)
def test_what_was_said_needs_words_a_name_and_a_time_after_the_call(ticket, desk, said_at, field):
    with pytest.raises(Invalid) as refused, transaction():
        end_free_advice(ticket, " ", said_to="", said_at=said_at, by_id=desk.id, now=LATER)

    assert set(refused.value.fields) == {"words", "said_to", field} - {None}


# The limit


def test_the_limit_is_of_the_policy_that_covers_the_call(app):
    with transaction():
        company = builders.member("JNX-1")
        old, new = (
            InsurancePolicy(
                number=number,
                period_from=NOON + begins,
                period_to=NOON + begins + YEAR,
                liability_limit_yen=500_000_000,
                cost_limit_yen=cost,
            )
            for number, begins, cost in (
                ("P-8", -YEAR, 100_000_000),
                ("P-9", YEAR * 0, 300_000_000),
            )
        )
        company.policies = [old, new]
        ticket = builders.ticket(member_number="JNX-1")
    limit = on_record.limit_of(ticket)

    assert (limit.number, limit.plan, limit.yen, limit.why) == ("P-9", "S2", 300_000_000, "")


def test_a_limit_that_nobody_knows_says_why(app):
    with transaction():
        builders.member("JNX-1")
        builders.member("JNX-2").policies = []
        tickets = [builders.ticket(member_number=one) for one in ("JNX-1", "JNX-2", None)]

    assert [on_record.limit_of(one).why for one in tickets] == [
        "no_limit",
        "no_policy",
        "no_member",
    ]


def ask(task, desk) -> Approval:
    with transaction():
        return approving.ask_approval(task, by_id=desk.id, now=NOON)


def notices_about(approval) -> list[Notice]:
    query = select(Notice).where(Notice.subject == f"approval:{approval.id}")
    return list(db.session.scalars(query.order_by(Notice.id)))


def member_of(number: str) -> int:
    with transaction():
        account = builders.person("member")
        account.member_number = number
    return account.id


@pytest.fixture
def ticket(app):
    with transaction():
        return builders.ticket(member_number="JNX-1", caller_phone="090-1234-5678")


@pytest.fixture
def desk(app):
    with transaction():
        return builders.person("coordinator")


@pytest.fixture
def vendor(app):
    with transaction():
        return partners.vendor()


@pytest.fixture
def task(ticket, vendor):
    with transaction():
        return partners.task(ticket, status="estimating", vendor_id=vendor.id)


@pytest.fixture
def line(ticket, task, vendor):
    with transaction():
        return partners.cost_line(ticket, task, vendor_id=vendor.id)


@pytest.fixture
def cases(ticket, vendor):
    with transaction():
        facts = {"status": "estimating", "vendor_id": vendor.id}
        tasks = [partners.task(ticket, **facts) for _ in range(2)]
        return [(one, partners.cost_line(ticket, one, vendor_id=vendor.id)) for one in tasks]


@pytest.fixture
def ended(ticket):
    with transaction():
        return partners.free_advice_end(ticket)
