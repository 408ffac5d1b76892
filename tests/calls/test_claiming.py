"""Taking a call on the screen: one person has it, and a key of the phone weighs more."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.calls import queries, rules, service
from hotline.calls.models import Call
from hotline.calls.rules import Standing, Status
from hotline.db import db
from hotline.errors import Missing, Refused
from hotline.followups import queries as followups
from hotline.tickets import service as tickets
from hotline.timeline.models import Line
from tests import builders
from tests.builders import NOON

SECOND = timedelta(seconds=1)


def test_taking_a_call_opens_its_ticket_with_number_and_promise_at_once(writing):
    call, somebody = builders.call(), on_duty()
    ticket = service.claim(call, by=somebody, now=NOON + SECOND)

    assert (call.ticket_id, call.claimed_by_id, call.claimed_at) == (
        ticket.id,
        somebody.id,
        NOON + SECOND,
    )
    assert ticket.received_at == call.received_at
    assert len(followups.of_ticket(ticket.id)) == 1
    assert {line.event for line in story(ticket)} >= {"called", "opened", "claimed"}


def test_of_two_people_the_second_is_told_who_has_it(writing):
    call, first, second = builders.call(), on_duty(name="森下 由紀"), on_duty()
    service.claim(call, by=first, now=NOON)
    with pytest.raises(Refused, match="森下 由紀 has taken this call already"):
        service.claim(call, by=second, now=NOON)

    assert call.claimed_by_id == first.id


def test_taking_it_twice_is_taking_it_once(writing):
    call, somebody = builders.call(), on_duty()
    ticket = service.claim(call, by=somebody, now=NOON)

    assert service.claim(call, by=somebody, now=NOON + SECOND) is ticket
    assert call.claimed_at == NOON
    assert audited("call.claimed") == 1


def test_whoever_pressed_the_key_of_the_phone_has_it_though_another_took_it_on_the_screen(writing):
    call, screen, phone = builders.call(), on_duty(name="画面 花子"), on_duty(name="電話 次郎")
    ticket = service.claim(call, by=screen, now=NOON)
    service.answered_by(call, phone.id, at=NOON, now=NOON)
    with pytest.raises(Refused, match="電話 次郎"):
        service.claim(call, by=screen, now=NOON)

    assert service.claim(call, by=phone, now=NOON) is ticket
    assert call.claimed_by_id == phone.id


def test_who_answers_at_the_duty_phone_has_no_name_and_anybody_on_duty_may_write(writing):
    call, somebody = builders.call(), on_duty()
    service.answered_by(call, None, at=NOON, now=NOON)

    assert service.claim(call, by=somebody, now=NOON).caller_phone == call.from_number


def test_a_caller_who_has_hung_up_cannot_be_taken(writing):
    call = builders.call(status=Status.MISSED, ended_at=NOON)
    with pytest.raises(Refused, match="hung up"):
        service.claim(call, by=on_duty(), now=NOON)

    assert call.ticket_id is None


@pytest.mark.parametrize(
    ("role", "line", "hours"),
    [("operator", "sompo_desk", 0), ("operator", "jnx", 5), ("coordinator", "jnx", 0)],
    ids=["another line", "after the shift", "a coordinator"],
)
def test_a_call_is_not_there_for_who_does_not_answer_its_line(writing, role, line, hours):
    somebody = builders.person(role)
    builders.shift(somebody, role, line=line)
    now = NOON + timedelta(hours=hours)
    with pytest.raises(Missing):
        service.claim(builders.call(received_at=now), by=somebody, now=now)

    assert queries.on_screen(builders.person("operator"), now=NOON) is None


def test_a_number_that_one_company_has_fills_in_the_company_and_the_site(writing):
    company = builders.member("JNX-1", name="株式会社ヤマダ部品")
    company.phones[0].site_id = company.sites[0].id
    call = builders.call(from_number="+81120066318")
    ticket = service.claim(call, by=on_duty(), now=NOON)

    assert (ticket.member_number, ticket.company, ticket.site) == (
        "JNX-1",
        "株式会社ヤマダ部品",
        "本社工場",
    )
    assert ticket.changed_at is None


def test_a_key_pressed_after_the_call_was_taken_gives_its_ticket_the_case_type(writing):
    call = builders.call()
    ticket = service.claim(call, by=on_duty(), now=NOON)
    service.choose(call, "1", now=NOON + SECOND)
    service.choose(call, "2", now=NOON + SECOND)

    assert (ticket.case_types, ticket.severity, ticket.assessed) == (["ransom"], "p2", False)
    assert (call.menu_key, ticket.version) == ("1", 2)
    assert "typed" in {line.event for line in story(ticket)}


def test_a_key_changes_no_case_type_that_a_person_chose_and_nothing_that_has_ended(writing):
    chosen, ended = builders.ticket(case_types=("leak",)), builders.ticket(case_types=())
    ended.status = "closed"
    for ticket in (chosen, ended):
        service.choose(builders.call(ticket_id=ticket.id), "1", now=NOON)

    assert (chosen.case_types, ended.case_types) == (["leak"], [])


def test_a_key_judges_nothing_that_a_person_has_judged(writing):
    ticket = builders.ticket(case_types=(), severity="p3")
    ticket.assessed = True
    service.choose(builders.call(ticket_id=ticket.id), "1", now=NOON)

    assert (ticket.case_types, ticket.severity) == (["ransom"], "p3")


def test_a_number_of_several_companies_fills_in_nothing(writing):
    builders.member("JNX-1"), builders.member("JNX-2")
    ticket = service.claim(builders.call(from_number="+81120066318"), by=on_duty(), now=NOON)

    assert (ticket.member_number, ticket.company) == (None, "")


def test_what_somebody_wrote_down_is_not_overwritten_by_the_number(writing):
    builders.member("JNX-1")
    written = builders.ticket(company="別会社㈱", caller_phone="0120-066-318")
    call = builders.call(from_number="+81120066318", ticket_id=written.id)

    assert service.claim(call, by=on_duty(), now=NOON) is written
    assert written.company == "別会社㈱"


def test_a_call_without_a_ticket_goes_on_in_one_that_stands(writing):
    call, ticket = builders.call(), builders.ticket()
    service.claim(call, by=on_duty(), now=NOON, into=ticket)

    assert call.ticket_id == ticket.id
    assert "called" in [line.event for line in story(ticket)]


def test_a_number_the_caller_has_heard_leads_to_the_ticket_where_the_call_goes_on(writing):
    own, ticket = builders.ticket(), builders.ticket()
    call = builders.call(ticket_id=own.id)
    somebody = on_duty()
    service.claim(call, by=somebody, now=NOON, into=ticket)

    assert own.duplicate_of_id == ticket.id
    assert service.claim(call, by=somebody, now=NOON) is ticket


def test_a_number_that_leads_there_already_is_not_joined_again(writing):
    own, ticket = builders.ticket(), builders.ticket()
    call = builders.call(ticket_id=own.id)
    tickets.join(own, ticket, by_id=1, now=NOON)
    service.claim(call, by=on_duty(), now=NOON, into=ticket)

    assert [line.event for line in story(ticket)].count("took_in") == 1


@pytest.mark.parametrize("facts", [{"status": "closed"}, {"drill": True}], ids=str)
def test_no_caller_is_lost_in_a_ticket_that_ended_or_is_a_drill(writing, facts):
    ticket, call = builders.ticket(), builders.call()
    for name, value in facts.items():
        setattr(ticket, name, value)
    db.session.flush()
    with pytest.raises(Refused):
        service.attach(call, ticket, by_id=1, now=NOON)

    assert call.ticket_id is None


def test_a_call_that_is_there_already_is_not_told_twice(writing):
    call, ticket = builders.call(), builders.ticket()
    for _ in range(2):
        service.attach(call, ticket, by_id=1, now=NOON)

    assert [line.event for line in story(ticket)].count("called") == 1


@pytest.mark.parametrize(
    ("facts", "shown"),
    [
        ({}, True),
        ({"received_at": NOON - rules.RINGS_AT_MOST}, False),
        ({"received_at": NOON - rules.RINGS_AT_MOST, "queued_at": NOON}, True),
        ({"line": "sompo_desk"}, False),
        ({"direction": "out"}, False),
        ({"status": Status.MISSED}, False),
        ({"status": Status.ANSWERED}, True),
        ({"status": Status.ANSWERED, "received_at": NOON - rules.SPOKEN_AT_MOST}, False),
    ],
    ids=str,
)
def test_what_rings_or_is_spoken_with_on_the_own_line_stands_on_the_screen(writing, facts, shown):
    somebody, call = on_duty(), builders.call(**facts)
    found = queries.on_screen(somebody, now=NOON)

    assert found.lines == {"jnx"}
    assert [one.id for one in found.calls] == ([call.id] if shown else [])


@pytest.mark.parametrize(
    ("facts", "mine", "theirs"),
    [
        ({}, Standing.FREE, Standing.FREE),
        ({"claimed": 1}, Standing.MINE, Standing.THEIRS),
        ({"answered": 1}, Standing.UNWRITTEN, Standing.ELSEWHERE),
        ({"answered": 1, "claimed": 1}, Standing.SPOKEN, Standing.ELSEWHERE),
        ({"answered": 1, "claimed": 2}, Standing.UNWRITTEN, Standing.LOST),
        ({"answered": 3, "claimed": 2}, Standing.ELSEWHERE, Standing.LOST),
    ],
    ids=str,
)
def test_what_a_call_is_to_two_people_who_look_at_it(facts, mine, theirs):
    call = rules_call(**facts)

    assert [rules.standing(call, one, now=NOON) for one in (1, 2)] == [mine, theirs]


def test_who_lost_a_call_is_told_so_for_a_minute():
    call = rules_call(answered=1, claimed=2)

    assert rules.standing(call, 2, now=NOON + 61 * SECOND) is Standing.ELSEWHERE


def test_who_speaks_and_who_has_taken_a_call_is_busy(writing):
    builders.call(status=Status.ANSWERED, answered_by_id=1, claimed_by_id=2)
    builders.call(claimed_by_id=3)
    builders.call(status=Status.DONE, answered_by_id=4)
    builders.call()

    assert queries.busy(now=NOON) == {1, 3}


def test_earlier_calls_are_found_by_the_digits_of_the_number(writing):
    builders.call(from_number="+81566001234")
    builders.call(from_number="")

    assert len(queries.earlier_from(["0566001234"], limit=5)) == 1
    assert queries.earlier_from([], limit=5) == []


def on_duty(**facts: str):
    somebody = builders.person("operator", **facts)
    builders.shift(somebody)
    return somebody


def rules_call(*, answered: int | None = None, claimed: int | None = None):
    return Call(
        status=Status.RINGING if answered is None else Status.ANSWERED,
        claimed_by_id=claimed,
        answered_by_id=answered,
        answered_at=None if answered is None else NOON,
    )


def story(ticket) -> list[Line]:
    query = select(Line).where(Line.ticket_id == ticket.id)
    return sorted(db.session.scalars(query), key=lambda line: line.id)


def audited(action: str) -> int:
    query = select(AuditEntry).where(AuditEntry.action == action)
    return len(list(db.session.scalars(query)))
