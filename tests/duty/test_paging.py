"""Whoever is rung for what cannot wait: in which order, by which way, again and again."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.db import db
from hotline.duty import queries, service
from hotline.duty.rules import Cause
from hotline.notices.models import Notice
from tests import builders
from tests.builders import NOON
from tests.duty.pages import LANDLINE, MOBILE, STEP, alarms, facts_of, open_page, ring, story, told

ENDS = {
    "taken": lambda page, someone: service.take_page(page.id, by_id=someone.id, now=NOON),
    "called_off": lambda page, _: service.call_off_pages(page.number, by_id=None, now=NOON),
}


def test_a_page_is_due_at_once_and_the_same_cause_pages_once(writing):
    ticket = builders.ticket()
    first, second = (open_page(ticket) for _ in range(2))

    assert (first.status, first.wake_at, first.rounds) == ("open", NOON, 0)
    assert second is None
    assert queries.due_page_ids(now=NOON) == [first.id]


def test_another_cause_pages_again(writing):
    ticket = builders.ticket()
    open_page(ticket)
    open_page(ticket, cause=Cause.RANSOM_UNANSWERED)

    assert [page.cause for page in queries.pages_of(ticket.number)] == [
        "p1_out_of_hours",
        "ransom_unanswered",
    ]


@pytest.mark.parametrize("end", ["taken", "called_off"])
def test_a_page_that_has_ended_begins_anew_and_rings_everybody_again(writing, end):
    page, someone = builders.page(), builders.person("coordinator", phone=MOBILE)
    ring(page)
    ENDS[end](page, someone)
    again = service.page_anew(page.number, Cause(page.cause), now=NOON + 9 * STEP)

    assert (again, page.status, page.ended_by_id) == (page, "open", None)
    assert ring(page, at=9) == [someone]


def test_a_page_that_goes_on_or_never_was_does_not_begin_anew(writing):
    page = builders.page()

    assert service.page_anew(page.number, Cause.P1_OUT_OF_HOURS, now=NOON) is None
    assert service.page_anew(page.number, Cause.RANSOM_UNANSWERED, now=NOON) is None
    assert page.rounds == 0


def test_coordinators_on_duty_come_first_then_all_then_the_supervisors(writing):
    page = builders.page()
    supervisor = builders.person("supervisor", phone=MOBILE)
    off_duty = builders.person("coordinator", phone=MOBILE)
    both = builders.person("coordinator", "supervisor", phone=MOBILE)
    builders.shift(both, "coordinator")

    assert [ring(page, at=number) for number in range(3)] == [[both], [off_duty], [supervisor]]


def test_each_is_told_by_every_way_at_once(writing):
    page = builders.page()
    someone = builders.person("coordinator", phone=MOBILE)
    ring(page)

    assert sorted(told(page)) == [
        (someone.id, "mail", "waiting"),
        (someone.id, "sms", "waiting"),
        (someone.id, "voice", "waiting"),
    ]


def test_a_landline_is_sent_no_text(writing):
    page = builders.page()
    builders.person("coordinator", phone=LANDLINE)
    ring(page)

    assert sorted(channel for _, channel, _ in told(page)) == ["mail", "voice"]


def test_nobody_waits_for_people_without_a_phone(writing):
    page = builders.page()
    silent, loud = builders.person("coordinator"), builders.person("coordinator", phone=MOBILE)

    assert ring(page) == [silent, loud]
    assert page.wake_at == NOON + STEP


def test_a_page_whose_time_has_not_come_rings_nobody(writing):
    page = builders.page()
    builders.person("coordinator", phone=MOBILE)
    ring(page)

    assert service.ring_next(page.id, now=NOON + STEP - timedelta(seconds=1)) == []


def test_after_everybody_was_rung_people_are_alarmed_and_it_begins_anew(writing):
    page = builders.page()
    someone = builders.person("coordinator", phone=MOBILE)

    assert [ring(page, at=number) for number in (0, 1)] == [[someone], []]
    assert (page.rounds, page.wake_at) == (1, NOON + STEP + timedelta(seconds=60))
    assert alarms(page) == [("alert", NOON + STEP)]
    assert service.ring_next(page.id, now=page.wake_at) == [someone]


def test_the_rounds_become_slower_and_never_end(writing):
    page = builders.page()
    waits = []
    for _ in range(6):
        before = page.wake_at
        service.ring_next(page.id, now=before)
        waits.append(int((page.wake_at - before).total_seconds()))

    assert waits == [60, 300, 900, 3600, 3600, 3600]
    assert page.status == "open"
    assert len(alarms(page)) == 6


def test_a_new_round_withdraws_what_the_last_one_could_not_send(writing):
    page = builders.page()
    builders.person("coordinator", phone=LANDLINE)
    ring(page)
    service.ring_next(page.id, now=page.wake_at)
    service.ring_next(page.id, now=page.wake_at)

    assert sorted(status for _, _, status in told(page)) == ["waiting"] * 2 + ["withdrawn"] * 2


def test_the_story_tells_who_was_rung_and_that_it_was_in_vain(writing):
    page = builders.page()
    builders.person("coordinator", name="山田 花子", phone=MOBILE)
    for _ in range(4):
        service.ring_next(page.id, now=page.wake_at)

    assert story(page) == ["paged", "page_unanswered", "page_unanswered"]
    assert facts_of(page, "paged") == {"name": "山田 花子", "cause": "p1_out_of_hours"}


def test_whoever_joins_the_roster_meanwhile_is_rung_too(writing):
    page = builders.page()
    first = builders.person("coordinator", phone=MOBILE)
    rung = ring(page)
    late = builders.person("coordinator", phone=LANDLINE)

    assert (rung, ring(page, at=1)) == ([first], [late])


def test_the_next_is_rung_at_once_when_one_is_not_reached(writing):
    page = builders.page()
    first, second = (builders.person("coordinator", phone=MOBILE) for _ in range(2))
    ring(page)
    at = NOON + timedelta(seconds=5)
    service.pass_over(page.id, first.id, now=at)

    assert service.ring_next(page.id, now=at) == [second]


def test_a_late_report_about_somebody_before_hurries_nobody(writing):
    page = builders.page()
    first, _second = (builders.person("coordinator", phone=MOBILE) for _ in range(2))
    ring(page)
    ring(page, at=1)
    for someone in (first.id, 999):
        service.pass_over(page.id, someone, now=NOON + STEP)
    service.pass_over(999, first.id, now=NOON + STEP)

    assert page.wake_at == NOON + 2 * STEP


def test_a_report_of_the_last_round_does_not_begin_the_next(writing):
    page = builders.page()
    someone = builders.person("coordinator", phone=MOBILE)
    ring(page)
    ring(page, at=1)
    service.pass_over(page.id, someone.id, now=NOON + STEP)

    assert page.wake_at == NOON + STEP + timedelta(seconds=60)


def test_a_call_that_could_not_be_made_does_not_hold_up_the_next_person(writing):
    page = builders.page()
    _first, second = (builders.person("coordinator", phone=MOBILE) for _ in range(2))
    ring(page)
    voice = db.session.scalars(select(Notice).where(Notice.channel == "voice")).one()
    voice.failures = 1
    db.session.flush()
    at = NOON + timedelta(seconds=2)

    assert queries.due_page_ids(now=at) == [page.id]
    assert service.ring_next(page.id, now=at) == [second]
    assert queries.due_page_ids(now=at) == []


def test_a_round_in_which_no_call_could_be_made_ends_like_any_other(writing):
    page = builders.page()
    builders.person("coordinator", phone=MOBILE)
    ring(page)
    db.session.scalars(select(Notice).where(Notice.channel == "voice")).one().failures = 1
    db.session.flush()

    assert service.ring_next(page.id, now=NOON) == []
    assert queries.due_page_ids(now=NOON) == []
