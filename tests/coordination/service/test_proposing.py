"""Work that the rules propose becomes tasks, or is set aside with a reason."""

from datetime import timedelta

import pytest

from hotline.coordination import queries, service
from hotline.coordination.models import Task
from hotline.coordination.rules import TaskStatus
from hotline.db import db
from hotline.errors import Invalid, Refused
from hotline.tickets.models import HearingAnswer, Ticket
from hotline.transaction import transaction
from tests import builders, partners
from tests.builders import NOON


def proposed(ticket: Ticket) -> dict[str, tuple[str, ...]]:
    return {one.function: one.because for one in queries.proposals_for(ticket, now=NOON)}


def add(ticket: Ticket, *functions: str) -> dict[str, Task]:
    with transaction():
        made = service.add_proposed(ticket, functions, by_id=1, now=NOON)
    return {one.function: one for one in made}


def answer(ticket: Ticket, question: str, *codes: str) -> None:
    with transaction():
        row = HearingAnswer(ticket_id=ticket.id, question=question, answer=list(codes))
        row.answered_at = NOON
        db.session.add(row)


def test_what_is_added_is_proposed_no_more(ticket):
    made = add(ticket, "forensics", "pr")

    assert made["forensics"].because == ["ransom"]
    assert made["forensics"].works[0] == "verdict"
    assert made["forensics"].first_result_by == NOON + timedelta(hours=72)
    assert set(proposed(ticket)) == {"data_recovery", "legal", "trust_recovery"}


def test_the_press_text_waits_for_the_scope_of_the_forensic_task(ticket):
    made = add(ticket, "pr", "forensics")
    ((needs, output),) = waits_of(made["pr"])

    assert (needs, output) == (made["forensics"].id, "scope")
    assert waits_of(made["forensics"]) == []


def test_it_waits_for_work_that_was_there_before(ticket):
    forensics = add(ticket, "forensics")["forensics"]
    made = add(ticket, "data_recovery")

    assert waits_of(made["data_recovery"]) == [(forensics.id, "scope")]


def test_it_waits_for_nothing_that_nobody_does(ticket):
    made = add(ticket, "pr")

    assert waits_of(made["pr"]) == []


def test_data_of_eu_residents_bring_a_task_for_counsel_who_read_english(ticket):
    answer(ticket, "personal_data", "eu")
    made = add(ticket, "gdpr")["gdpr"]

    assert (made.language, made.region) == ("en", "")
    assert made.due_at == ticket.received_at + timedelta(hours=72)
    assert made.because == ["eu_residents"]


def test_work_on_site_is_where_the_site_is_and_names_only_the_prefecture(app):
    with transaction():
        member = builders.member()
        ticket = builders.ticket(member_number=member.number)
        ticket.site = "本社工場"
    made = add(ticket, "forensics", "legal")

    assert (made["forensics"].region, made["forensics"].place) == ("chubu", "愛知県")
    assert (made["legal"].region, made["legal"].place) == ("", "")


def test_hours_run_from_the_moment_that_was_answered(app):
    with transaction():
        ticket = builders.ticket(case_types=("leak",))
        ticket.discovered_at = NOON - timedelta(hours=5)
    answer(ticket, "eu_aware", (NOON - timedelta(hours=2)).isoformat())
    answer(ticket, "personal_data", "eu")
    made = add(ticket, "gdpr", "legal")

    assert made["gdpr"].due_at == NOON + timedelta(hours=70)
    assert made["legal"].first_result_by == NOON + timedelta(hours=43)


def test_of_two_who_add_the_same_one_adds_it(ticket):
    add(ticket, "forensics")

    with pytest.raises(Refused, match="not proposed any more"):
        add(ticket, "forensics")


def test_what_is_set_aside_with_a_reason_is_proposed_no_more(ticket):
    with transaction():
        (kept,) = service.set_aside(ticket, "pr", reason="本社が自分で行う", by_id=1, now=NOON)

    assert kept.status == TaskStatus.WITHDRAWN
    assert "pr" not in proposed(ticket)


def test_setting_aside_needs_a_reason(ticket):
    with pytest.raises(Invalid), transaction():
        service.set_aside(ticket, "pr", reason=" ", by_id=1, now=NOON)

    assert "pr" in proposed(ticket)


def test_nothing_is_proposed_for_a_ticket_that_has_ended(ticket):
    with transaction():
        ticket.status = "closed"

    assert proposed(ticket) == {}


def test_a_task_made_by_hand_settles_what_is_proposed_for_it(ticket):
    with transaction():
        partners.task(ticket, function="legal")

    assert "legal" not in proposed(ticket)


def waits_of(task: Task) -> list[tuple[int, str]]:
    waits = queries.waiting([task.id]).get(task.id, [])
    return [(other.id, need.output) for need, other in waits]


@pytest.fixture
def ticket(app) -> Ticket:
    with transaction():
        return builders.ticket()
