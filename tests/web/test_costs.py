from datetime import timedelta
from decimal import Decimal

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.coordination.models import CostLine, FreeAdviceEnd
from hotline.coordination.queries import costs as on_record
from hotline.coordination.service import approving
from hotline.db import db
from hotline.people.rules import Role
from hotline.transaction import transaction
from hotline.web.costs import words as cost_words
from tests import builders, partners
from tests.builders import NOON

SENTENCE = "一部お支払いの対象外となる場合があります。"
FIELDS = {
    "function": "forensics",
    "item": "PCの調査",
    "unit": "device",
    "quantity": "9",
    "unit_price_yen": "2,500,000",
    "tax_mode": "included",
    "state": "guess",
}


def test_a_cost_stands_beside_the_usual_price_and_the_limit(desk, ticket):
    answer = desk.send(f"/tickets/{ticket.number}/costs", FIELDS)
    page = desk.get(f"/tickets/{ticket.number}/costs").text

    assert answer.status_code == 303
    for said in (
        "22,500,000円",
        '約250万円／台</span><span class="keep">に近い</span>',
        "S2 費用限度額 300,000,000円",
        "（7.5%）",
    ):
        assert said in page
    assert '<rect class="fill-2" x="0.00%" width="7.50%" height="20"/>' in page
    assert SENTENCE in page


@pytest.mark.parametrize(
    ("language", "unit", "words"),
    [
        ("ja", "set", ("約1,000万円～2,000万円／式", "より低い")),
        ("en", "set", ("below ", "about 10 million yen to 20 million yen per lump sum")),
        ("en", "device", ("near ", "about 2.5 million yen per device")),
        ("ja", "hour", ("目安なし",)),
    ],
)
def test_the_usual_price_is_told_in_round_words(app, language, unit, words):
    line = CostLine(quantity=Decimal(1), unit_price_yen=2_400_000, tax_mode="excluded")
    with app.test_request_context(), force_locale(language):
        assert cost_words.usual(line, "forensics", unit) == words


@pytest.mark.parametrize(
    ("language", "amount", "words"),
    [("ja", 2_505_000, "2,505,000円"), ("en", 2_550_000, "2,550,000 yen"), ("en", 0, "0 yen")],
)
def test_what_is_not_round_is_written_out(app, language, amount, words):
    with app.test_request_context(), force_locale(language):
        assert cost_words.short(amount) == words


def test_a_limit_that_nobody_knows_is_said_to_be_unknown(desk):
    with transaction():
        ticket = builders.ticket()
    page = desk.get(f"/tickets/{ticket.number}/costs").text

    assert "費用限度額は不明：会社が登録されていません" in page
    assert "費用はまだありません。" in page


def test_beyond_the_limit_the_page_says_by_how_much(desk, ticket):
    with transaction():
        partners.cost_line(ticket, quantity=Decimal(100), state="order")
    page = desk.get(f"/tickets/{ticket.number}/costs").text

    assert "費用限度額を 30,000,000円 超えています。" in page


def test_what_cannot_be_used_comes_back_as_it_was_typed(desk, ticket):
    answer = desk.send(f"/tickets/{ticket.number}/costs", {**FIELDS, "unit_price_yen": "高い"})
    broken = desk.send(f"/tickets/{ticket.number}/costs", {**FIELDS, "whose": "x:y"})

    assert (answer.status_code, broken.status_code) == (422, 422)
    assert 'value="高い"' in answer.text
    assert "金額を 3,000,000 のように、円単位で書いてください。" in answer.text
    assert not db.session.scalars(select(CostLine)).all()


def test_a_partners_price_is_written_down_for_its_task(desk, ticket, task, vendor):
    page = desk.get(f"/tickets/{ticket.number}/costs").text
    desk.send(
        f"/tickets/{ticket.number}/costs",
        {**FIELDS, "whose": f"{task.id}:{vendor.id}", "state": "quote"},
    )
    line = db.session.scalars(select(CostLine)).one()

    assert f'value="{task.id}:{vendor.id}"' in page
    assert (line.task_id, line.vendor_id, line.function) == (task.id, vendor.id, "data_recovery")


def test_a_line_is_opened_changed_moved_and_noted(desk, ticket):
    with transaction():
        line = partners.cost_line(ticket, state="guess")
    path = f"/tickets/{ticket.number}/costs/{line.id}"
    opened = desk.get(f"/tickets/{ticket.number}/costs?line={line.id}").text
    answers = [
        desk.send(path, {**FIELDS, "version": "1"}),
        desk.send(f"{path}/state", {"state": "quote"}),
        desk.send(f"{path}/cover", {"cover_expected": "no", "insurer_consent": "asked"}),
        desk.send(f"{path}/state", {"state": "void"}),
    ]
    saved = db.session.get_one(CostLine, line.id)

    assert 'value="3000000"' in opened
    assert [one.status_code for one in answers] == [303] * 4
    assert (saved.item, saved.state, saved.cover_expected) == ("PCの調査", "void", "no")


@pytest.mark.parametrize(
    ("part", "fields", "status"),
    [
        ("", {**FIELDS, "version": "7"}, 409),
        ("", {**FIELDS, "version": "first"}, 404),
        ("/state", {"state": "paid"}, 409),
        ("/state", {"state": "stolen"}, 422),
        ("/cover", {"cover_expected": "yes", "insurer_consent": "maybe"}, 422),
    ],
)
def test_every_wrong_form_has_its_answer(desk, ticket, part, fields, status):
    with transaction():
        line = partners.cost_line(ticket)
    answer = desk.send(f"/tickets/{ticket.number}/costs/{line.id}{part}", fields)

    assert answer.status_code == status
    assert db.session.get_one(CostLine, line.id).version == 1


@pytest.mark.parametrize("line", ["999", "none", "-1"])
def test_a_line_that_is_not_of_this_ticket_is_missing(desk, ticket, line):
    assert desk.get(f"/tickets/{ticket.number}/costs?line={line}").status_code == 404


def test_it_is_noted_where_free_advice_ended_before_anybody_is_asked(desk, ticket, task, vendor):
    with transaction():
        partners.cost_line(ticket, task, vendor_id=vendor.id)
    path = f"/tickets/{ticket.number}/costs"
    shown = desk.get(path).text
    too_early = desk.send(f"{path}/ask", {"task": task.id})
    said = {"words": "有償です。", "said_to": "邊見さま", "day": "2026/11/4", "time": "12:00"}
    wrong = desk.send(f"{path}/free-advice", {**said, "time": "noon"})
    desk.send(f"{path}/free-advice", said)
    asked = desk.send(f"{path}/ask", {"task": task.id})

    assert "ここまでの初動対応（判断やアドバイス）は無償です。" in shown
    assert (too_early.status_code, wrong.status_code, asked.status_code) == (409, 422, 303)
    assert db.session.get_one(FreeAdviceEnd, ticket.id).said_to == "邊見さま"
    assert "書面で知らせる方法がありません" in desk.get(path).text


def test_who_asks_for_what_is_not_there_finds_nothing(desk, ticket):
    with transaction():
        foreign = partners.task()
    for task in (foreign.id, "x", ""):
        answer = desk.send(f"/tickets/{ticket.number}/costs/ask", {"task": task})

        assert answer.status_code == 404


def test_the_auditor_reads_the_costs_and_it_is_on_record(be, ticket):
    auditor = be(Role.AUDITOR)
    page = auditor.get(f"/tickets/{ticket.number}/costs")
    read = select(AuditEntry).where(AuditEntry.action == "read")
    [entry] = db.session.scalars(read.where(AuditEntry.subject == f"ticket:{ticket.number}"))

    assert page.status_code == 200
    assert "<form" not in page.text.split('<main class="page"')[1].split("</main>")[0]
    assert entry.detail == {"part": "costs"}


def test_a_page_asks_the_same_number_of_questions_for_three_lines_and_thirty(
    desk, ticket, task, vendor, statements
):
    sent = []
    for count in (3, 27):
        with transaction():
            for _ in range(count):
                partners.cost_line(ticket, task, vendor_id=vendor.id)
        with statements() as collected:
            desk.get(f"/tickets/{ticket.number}/costs")
        sent.append(len(collected))

    assert sent[0] == sent[1]


# The member's page


def test_the_member_sees_what_for_how_much_and_that_nobody_here_decides(asked, member):
    page = member.get(f"/approvals/{asked.id}").text

    for said in (
        "6,600,000円（税込）を承認する",
        "約300万円／台",
        SENTENCE,
        "損害保険会社が決めます。",
        "確認フォレンジック",
        "初動のアドバイスを無料",  # The terms of the line.
    ):
        assert said in page
    assert on_record.open_approval(asked.task_id) is not None


def test_what_waits_stands_on_the_first_page_and_on_the_ticket(asked, member, ticket, be):
    for path in ("/portal", f"/portal/tickets/{ticket.number}"):
        page = member.get(path).text

        assert f'href="/approvals/{asked.id}"' in page
        assert SENTENCE in page
    member.send(f"/approvals/{asked.id}", {"act": "approve"})
    assert "/approvals/" not in member.get("/portal").text
    assert "/approvals/" not in be(Role.MEMBER, member_number="JNX-2").get("/portal").text


def test_a_member_who_approves_is_thanked(asked, member):
    member.send(f"/approvals/{asked.id}", {"act": "approve"})

    assert "ありがとうございます" in member.get(f"/approvals/{asked.id}").text


def test_the_member_approves_once_however_often_it_is_sent(asked, member):
    answers = [member.send(f"/approvals/{asked.id}", {"act": "approve"}) for _ in range(2)]
    refusal = member.send(f"/approvals/{asked.id}", {"act": "refuse", "reason": "高い"})

    assert [one.status_code for one in answers] == [303, 303]
    assert refusal.status_code == 409
    assert "お見積りをご承認いただきました。" in member.get(f"/approvals/{asked.id}").text


def test_the_member_says_why_it_does_not_agree(asked, member):
    silent = member.send(f"/approvals/{asked.id}", {"act": "refuse", "reason": ""})
    nothing = member.send(f"/approvals/{asked.id}")
    member.send(f"/approvals/{asked.id}", {"act": "refuse", "reason": "高いです。"})

    assert (silent.status_code, nothing.status_code) == (422, 422)
    assert "理由を短く書いてください。" in silent.text
    assert "高いです。" in member.get(f"/approvals/{asked.id}").text


def test_a_foreign_request_is_like_one_that_never_was(asked, be):
    foreign = be(Role.MEMBER, member_number="JNX-2")
    there, nowhere = (foreign.get(f"/approvals/{one}") for one in (asked.id, asked.id + 1))
    sent = foreign.send(f"/approvals/{asked.id}", {"act": "approve"})

    assert there.status_code == nowhere.status_code == sent.status_code == 404
    assert there.data == nowhere.data


def test_by_phone_the_sentence_is_read_back_and_kept(asked, desk):
    path = f"/approvals/{asked.id}"
    page = desk.get(path).text
    heard = {"act": "approve", "said_by": "邊見さま", "read_in": "ja"}
    unread = desk.send(f"{path}/heard", heard)
    desk.send(f"{path}/heard", {**heard, "confirmed": "1"})
    db.session.refresh(asked)

    assert unread.status_code == 422
    assert (asked.status, asked.answered_by, asked.said_by) == ("approved", "phone", "邊見さま")
    assert "データ復旧の作業を、6,600,000円（税込）で進めること" in asked.read_back
    assert SENTENCE in asked.read_back
    assert asked.read_back in page


def test_the_desk_takes_a_request_back(asked, desk, member):
    desk.send(f"/approvals/{asked.id}/take-back")
    late = member.send(f"/approvals/{asked.id}", {"act": "approve"})

    assert late.status_code == 409
    assert "お願いを取り下げたため" in member.get(f"/approvals/{asked.id}").text


@pytest.fixture
def ticket(app):
    with transaction():
        company = builders.member("JNX-1")
        company.policies[0].liability_limit_yen = 500_000_000
        company.policies[0].cost_limit_yen = 300_000_000
        return builders.ticket(
            member_number="JNX-1", company="確認工業", now=NOON - timedelta(minutes=5)
        )


@pytest.fixture
def vendor(app):
    with transaction():
        return partners.vendor("data_recovery")


@pytest.fixture
def task(ticket, vendor):
    with transaction():
        facts = {"function": "data_recovery", "status": "estimating", "vendor_id": vendor.id}
        return partners.task(ticket, **facts)


@pytest.fixture
def asked(ticket, task, vendor):
    with transaction():
        partners.free_advice_end(ticket)
        partners.cost_line(ticket, task, vendor_id=vendor.id)
        return approving.ask_approval(task, by_id=1, now=NOON)


@pytest.fixture
def member(be):
    return be(Role.MEMBER, member_number="JNX-1")
