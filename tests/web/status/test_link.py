"""The page behind the link in our message: for somebody who waits, and for nobody else."""

import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.edge import progress, status_links
from hotline.edge.identity import settings
from hotline.followups import queries
from hotline.followups import service as followups
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.rules import Status
from hotline.transaction import transaction
from tests import builders
from tests.builders import promise_of
from tests.web.forms import sign_in

RECEIVED = datetime.fromisoformat("2026-12-30T22:15+09:00")
NINE = datetime.fromisoformat("2027-01-04T09:00+09:00")
MORNING = datetime.fromisoformat("2027-01-04T08:00+09:00")
SECRETS = (
    "確認工業",
    "山田 花子",
    "090-1234-5678",
    "caller@example.jp",
    "脅迫文が出ている",
    "髙橋",
)


@pytest.fixture
def ticket(app):
    """A ransom ticket of 30 December 2026, 22:15, promised for NINE."""
    with transaction():
        return builders.ticket(
            now=RECEIVED,
            received_at=RECEIVED,
            company="確認工業",
            caller_name="山田 花子",
            caller_phone="090-1234-5678",
            caller_email="caller@example.jp",
            summary="脅迫文が出ている",
        )


def link(ticket, until=NINE + timedelta(hours=72)):
    return f"/status/{status_links.mint(ticket.number, until, settings())}"


@pytest.fixture
def look(client, at):
    """``look(ticket, now)`` is the page as the caller sees it then."""

    def ask(ticket, now=MORNING):
        with at(now):
            answer = client.get(link(ticket))
        assert answer.status_code == 200
        return answer.text

    return ask


def change(ticket, **facts):
    with transaction():
        found = db.session.get(Ticket, ticket.id)
        for name, value in facts.items():
            setattr(found, name, value)


def coordinator():
    return builders.person("coordinator").id


def test_the_caller_sees_the_number_the_status_and_the_next_call(look, ticket):
    text = look(ticket)

    assert f"{ticket.number[:4]} {ticket.number[4:8]} {ticket.number[8:]}" in text
    assert "きょう 9:00" in text
    assert "1月4日、月曜日の午前9時までに、担当者からお電話いたします。" in text
    assert 'href="tel:0120066318"' in text


def test_nothing_but_that_stands_on_the_page(look, ticket):
    with transaction():
        following = followups.move(
            promise_of(ticket),
            ticket.number,
            due_at=NINE + timedelta(hours=5),
            reason="髙橋さんが不在",
            by_id=coordinator(),
            now=MORNING,
        )
    text = look(ticket)

    assert "きょう 14:00" in text
    assert not [secret for secret in SECRETS if secret in text]
    assert following.reason_ja not in text


def test_a_typed_reason_stays_hidden_when_the_call_is_owed_on_another_ticket(look, ticket):
    earlier = NINE + timedelta(minutes=30)
    with transaction():
        moved = promise_of(ticket)
        by_id = coordinator()
        followups.move(
            moved, ticket.number, due_at=earlier, reason="髙橋さんが不在", by_id=by_id, now=MORNING
        )
        other = builders.ticket(now=RECEIVED, received_at=RECEIVED, member_number="M9")
        promise_of(other).due_at = NINE + timedelta(days=1)
        tickets.join(ticket, other, by_id=by_id, now=MORNING)
    text = look(other)

    assert "きょう 9:30" in text
    assert "髙橋" not in text + look(ticket)
    assert {one.reason_ja for one in queries.of_ticket(other.id)}.isdisjoint({"髙橋さんが不在"})


@pytest.mark.parametrize("status", Status)
def test_every_status_is_told_in_words_of_its_own(look, ticket, status):
    change(ticket, status=status)
    text = look(ticket)
    headline = re.search(r'<h1 class="now">(.+?)</h1>', text)[1]

    assert headline
    assert status.value not in text.replace("received_at", "")
    assert len({said.now for said in progress.WORDS.values()}) == len(Status)


def test_every_status_has_its_words():
    assert set(progress.WORDS) == set(Status)
    assert set(progress.HERE) | {Status.ON_HOLD, Status.OUT_OF_SCOPE, Status.DUPLICATE} == set(
        Status
    )


def test_a_link_that_others_may_read_shows_no_way_no_reason_and_no_terms(look, ticket):
    change(ticket, status=Status.COORDINATING)
    text = look(ticket)

    assert 'class="way' not in text
    assert "年末年始" not in text
    assert 'id="terms"' not in text
    assert f'href="/status?number={ticket.number}"' in text


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(-1, "きょう 9:00"), (0, "まもなく"), (15, "まもなく"), (16, "お約束の時刻を過ぎて")],
)
def test_the_page_says_how_near_the_call_is_and_when_we_are_late(look, ticket, minutes, said):
    assert said in look(ticket, NINE + timedelta(minutes=minutes))


def test_somebody_who_took_it_up_is_not_late_and_not_named(look, ticket):
    with transaction():
        followups.take(promise_of(ticket), by_id=coordinator(), now=NINE)
    text = look(ticket, NINE + timedelta(hours=2))

    assert "担当者が対応しています" in text
    assert "確認 太郎" not in text


def test_when_nothing_is_owed_the_page_says_what_comes_next(look, ticket):
    with transaction():
        followups.keep(promise_of(ticket), by_id=coordinator(), now=NINE)
    change(ticket, status=Status.COORDINATING)
    text = look(ticket, NINE + timedelta(hours=2))

    assert "next-time" not in text


def test_a_duplicate_shows_the_promise_of_the_ticket_that_goes_on(look, ticket):
    with transaction():
        other = builders.ticket(now=RECEIVED, received_at=RECEIVED)
        followups.keep(promise_of(other), by_id=coordinator(), now=RECEIVED)
    change(other, status=Status.DUPLICATE, duplicate_of_id=ticket.id)
    text = look(other)

    assert "きょう 9:00" in text
    assert ticket.number[:4] not in text


def test_the_page_is_in_english_too(client, at, ticket):
    client.set_cookie("language", "en")
    with at(MORNING):
        text = client.get(link(ticket)).text

    assert "We will call you by 9 a.m. on Monday, 4 January." in text
    assert "today 9:00" in text


def dead_links(ticket):
    """Whatever can be wrong with a link."""
    whole = link(ticket)
    return {
        "over": link(ticket, until=MORNING),
        "cut": whole[:-3],
        "forged": whole[:-5] + "AAAAA",
        "words": "/status/none",
        "of no ticket": f"/status/{status_links.mint('200000008', NINE, settings())}",
        "long": "/status/" + "a" * 500,
    }


def test_every_bad_link_gets_the_same_bytes_and_says_what_to_do(client, at, ticket):
    with at(MORNING):
        answers = [client.get(path) for path in dead_links(ticket).values()]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.data for answer in answers}) == 1
    assert "0120-066-318" in answers[0].text
    assert "0120-318-258" in answers[0].text


def test_a_drill_has_no_page(client, at):
    with transaction():
        drill = builders.ticket(drill=True)
    with at(MORNING):
        answer = client.get(link(drill))

    assert answer.status_code == 404


def test_nobody_indexes_it_keeps_it_or_learns_where_it_was_read(client, at, ticket):
    with at(MORNING):
        headers = client.get(link(ticket)).headers

    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"


def test_it_has_no_script_but_the_one_that_follows_a_dark_phone(look, ticket):
    assert re.findall(r'<script src="/static/js/([a-z]+).js', look(ticket)) == ["theme"]


def reads():
    query = select(AuditEntry).where(AuditEntry.action == "read")
    return list(db.session.scalars(query))


def test_each_look_is_on_record_without_a_person(look, ticket):
    look(ticket)
    [entry] = reads()

    assert (entry.subject, entry.person_id) == (f"ticket:{ticket.number}", None)
    assert entry.detail == {"by": "link"}


def test_a_bad_link_reads_nothing(client, at, ticket):
    with at(MORNING):
        for path in dead_links(ticket).values():
            client.get(path)

    assert reads() == []


def test_whoever_of_us_looks_is_on_record_by_name(app, client, at, ticket):
    with transaction():
        someone = builders.person("operator")
    with at(MORNING):
        sign_in(client, someone)
        client.get(link(ticket))

    assert [entry.person_id for entry in reads() if entry.detail == {"by": "link"}] == [someone.id]


def test_it_can_be_looked_at_a_hundred_times_a_minute_and_no_more(client, at, ticket):
    with at(MORNING):
        codes = [client.get("/status/none").status_code for _ in range(125)]

    assert (codes[0], codes[-1]) == (404, 429)
