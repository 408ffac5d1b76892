"""What the member's page of a ticket says of partners, the law and the readers."""

from datetime import timedelta

import pytest

from hotline.coordination.models import Milestone
from hotline.coordination.rules import TaskStatus
from hotline.db import db
from hotline.deadlines.models import Clock
from hotline.edge.words import TASKS_TOLD
from hotline.members.rules import Sees
from hotline.people.models import Person
from hotline.people.rules import Role
from hotline.tickets import queries
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.transaction import transaction
from tests import builders, partners
from tests.builders import NOON
from tests.web.desk import opened

OURS, THEIRS = {"member_number": "JNX-1"}, {"member_number": "JNX-2"}
DAY = timedelta(days=1)


@pytest.fixture
def manager(be):
    return be(Role.MEMBER, **OURS)


@pytest.fixture
def ticket(app):
    with transaction():
        builders.member("JNX-1")
    return opened("確認工業", **OURS)


def colleague(name: str = "連 花子", **facts: object) -> Person:
    with transaction():
        return builders.person(Role.MEMBER, name=name, **{"manager": False, **OURS, **facts})


def page(browser, ticket: Ticket) -> str:
    return browser.get(f"/portal/tickets/{ticket.number}").text


# --- Partners ---


def test_every_status_of_a_task_is_told_in_words_of_its_own():
    assert set(TASKS_TOLD) == {one.value for one in TaskStatus}
    assert len(set(TASKS_TOLD.values())) == len(TaskStatus)


def test_a_task_says_who_does_it_what_came_and_what_comes_next(manager, ticket):
    with transaction():
        vendor = partners.vendor(name="北斗データ鑑識")
        made = partners.task(ticket, status="in_progress", vendor_id=vendor.id)
        db.session.add(Milestone(task_id=made.id, code="call_back", reached_at=NOON))
        db.session.add(Milestone(task_id=made.id, code="quote", due_at=NOON + DAY))
    text = page(manager, ticket)

    assert "フォレンジック調査" in text
    assert "北斗データ鑑識" in text
    assert "作業を進めています。" in text
    assert "次：見積" in text


def test_a_task_that_is_only_asked_for_names_nobody(manager, ticket):
    with transaction():
        vendor = partners.vendor(name="北斗データ鑑識")
        asked = partners.task(ticket, status="offered")
        partners.offer(asked, vendor)
    text = page(manager, ticket)

    assert "引き受けられるか、会社に確認しています。" in text
    assert "北斗データ鑑識" not in text


@pytest.mark.parametrize(
    ("status", "begun"),
    [
        ("drafted", []),
        ("offered", ["専門の会社を手配します"]),
        ("accepted", ["専門の会社を手配します"]),
        ("in_progress", ["専門の会社を手配します", "調査と復旧を進めます"]),
        ("cancelled", []),
    ],
)
def test_what_partners_have_begun_is_marked_ahead_of_the_ticket(manager, ticket, status, begun):
    with transaction():
        partners.task(ticket, status=status, vendor_id=partners.vendor().id)
    way = page(manager, ticket).partition('id="way-h"')[2].partition("</ol>")[0]
    marked = [one.partition("<br>")[0] for one in way.split("<div>") if "始まっています" in one]

    assert marked == begun


def test_tickets_of_two_companies_that_were_joined_keep_their_tasks_apart(be, manager, ticket):
    with transaction():
        builders.member("JNX-2")
    other = opened("別の会社", **THEIRS)
    with transaction():
        partners.task(other, function="pr")
        partners.task(ticket, function="legal")
        tickets.join(ticket, other, by_id=builders.person("coordinator").id, now=NOON)
    ours, theirs = page(manager, ticket), page(be(Role.MEMBER, **THEIRS), other)

    assert ("法務" in ours, "緊急時広報" in ours) == (True, False)
    assert ("法務" in theirs, "緊急時広報" in theirs) == (False, True)
    assert other.number not in ours.replace(" ", "")


# --- Who calls, and the law ---


def test_the_page_names_the_coordinator_who_calls_and_hides_most_of_the_number(manager):
    evening = NOON + timedelta(hours=8)
    waiting = opened(now=evening, received_at=evening, caller_phone="090-1234-5678", **OURS)
    with transaction():
        name = builders.person("coordinator", name="瀬戸 圭").id
        db.session.get_one(Ticket, waiting.id).coordinator_id = name
    text = page(manager, waiting)

    assert "コーディネーターの瀬戸 圭が、090-1234-•••8 にお電話します。" in text
    assert "090-1234-5678" not in text.partition('id="next-h"')[2].partition("</section>")[0]


def test_a_clock_says_which_report_the_law_asks_for_and_who_files_it(manager, ticket):
    with transaction():
        running = {
            "started_at": NOON,
            "due_at": NOON + 4 * DAY,
            "set_at": NOON,
            "because": "damage",
        }
        db.session.add(
            Clock(ticket_id=ticket.id, kind="appi_preliminary", status="running", **running)
        )
    text = page(manager, ticket)

    assert "個人情報保護委員会への速報" in text
    assert "個人情報保護法 第26条" in text
    assert "報告されるのは貴社です。" in text


# --- Who sees it ---


def test_a_manager_lets_a_colleague_see_a_ticket_and_takes_it_back(be, manager, ticket):
    someone = colleague()
    address = f"/portal/tickets/{ticket.number}/followers"
    before = page(manager, ticket)
    added = manager.send(address, {"person": str(someone.id)})
    seen = [one.person.id for one in queries.readers(db.session.get_one(Ticket, ticket.id))]
    after = page(manager, ticket)
    manager.send(f"{address}/remove", {"person": str(someone.id)})

    assert f'<option value="{someone.id}">連 花子</option>' in before
    assert added.location.endswith(f"/portal/tickets/{ticket.number}#seeing")
    assert seen == [manager.person.id, someone.id]
    assert "閲覧者から外す" in after
    assert "閲覧者から外す" not in page(manager, ticket)


@pytest.mark.parametrize("choice", ["", "x", "²", "2000000000", "99999999999"])
def test_only_a_colleague_can_be_chosen_and_the_words_stand_beside_the_field(
    manager, ticket, choice
):
    answer = manager.send(f"/portal/tickets/{ticket.number}/followers", {"person": choice})

    assert answer.status_code == 422
    assert "同じ会社の方をお選びください。" in answer.text


def test_somebody_of_another_company_cannot_be_chosen(manager, ticket):
    stranger = colleague("別 太郎", **THEIRS)
    answer = manager.send(
        f"/portal/tickets/{ticket.number}/followers", {"person": str(stranger.id)}
    )

    assert answer.status_code == 422
    assert "別 太郎" not in answer.text


def test_who_does_not_look_after_the_accounts_chooses_nobody(be, ticket):
    with transaction():
        db.session.get_one(Ticket, ticket.id).caller_email = "own@example.jp"
    plain = be(Role.MEMBER, **OURS, manager=False, email_key="own@example.jp")
    someone = colleague()
    answer = plain.send(f"/portal/tickets/{ticket.number}/followers", {"person": str(someone.id)})

    assert answer.status_code == 403
    assert "連 花子" not in page(plain, ticket)


def test_a_colleague_who_sees_nothing_of_it_finds_it_nowhere(be, ticket):
    with transaction():
        builders.member("JNX-3", sees=Sees.NAMED)
    hidden = opened("隠れ工業", member_number="JNX-3", caller_name="隠田 薫")
    plain = be(Role.MEMBER, member_number="JNX-3", manager=False)
    texts = [
        plain.get(path).text
        for path in ("/portal", "/search?q=隠れ工業", f"/search?q={hidden.number}")
    ]

    assert plain.get(f"/portal/tickets/{hidden.number}").status_code == 404
    assert not any("隠田" in one or f"/portal/tickets/{hidden.number}" in one for one in texts)
