"""What was advised, behind the link and the caller's six digits; for nobody else."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.edge import status_links
from hotline.edge.identity import settings
from hotline.tickets import service as tickets
from hotline.tickets.rules import Spoken
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON
from tests.web import forms

WRONG = "This is not the code"
SAID = Spoken("gone_since", "dont", "電源を切らないでください。", "Do not switch it off.")


def test_the_link_alone_shows_no_word_of_the_advice(look):
    answer = look()

    assert answer.status_code == 200
    assert SAID.en not in answer.text
    assert 'name="code"' in answer.text


def test_the_code_opens_what_was_said_in_both_languages(look, unlock, ticket):
    assert unlock(ticket.caller_code).status_code == 303
    page = look().text

    assert SAID.en in page
    assert SAID.ja in page
    assert "確認工業" not in page


def test_the_code_may_be_written_as_people_write_it(unlock, ticket):
    code = ticket.caller_code
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)

    assert unlock(f"{code[:3]} {code[3:]}").status_code == 303
    assert unlock(wide).status_code == 303


def test_it_closes_after_half_an_hour(look, unlock, ticket, moved_clock):
    unlock(ticket.caller_code)
    moved_clock(timedelta(minutes=31))

    assert SAID.en not in look().text


def test_another_code_opens_nothing_and_says_no_more_than_that(unlock, ticket):
    answer = unlock(other(ticket.caller_code))
    half = unlock("12")

    assert (answer.status_code, WRONG in answer.text) == (422, True)
    assert (half.status_code, WRONG in half.text) == (422, False)


def test_a_ticket_without_a_code_answers_like_a_wrong_code(unlock, ticket):
    with transaction():
        ticket.caller_code = ""
    answer = unlock("123456")

    assert (answer.status_code, WRONG in answer.text) == (422, True)


def test_guessing_is_slowed_down_even_for_the_right_code(unlock, ticket):
    answers = [unlock(other(ticket.caller_code)).status_code for _ in range(12)]
    late = unlock(ticket.caller_code)

    assert 429 in answers
    assert (late.status_code, int(late.headers["Retry-After"]) > 0) == (429, True)


def test_reading_is_on_record_and_asking_for_the_code_is_not(look, unlock, ticket):
    look()
    unlock(ticket.caller_code)
    look()
    reads = select(AuditEntry).where(AuditEntry.action == "read")

    assert [entry.subject for entry in db.session.scalars(reads)] == [f"ticket:{ticket.number}"]


def test_every_dead_link_has_the_same_answer(client, look):
    forged = client.get("/status/forged/advice")
    over = look(until=NOON - timedelta(minutes=1))

    assert (forged.status_code, over.status_code) == (404, 404)
    assert forms.send(client, "/status/forged/advice", {"code": "123456"}).data == forged.data
    assert forged.data == over.data == client.get("/status/forged").data


def test_a_drill_has_no_page(look, ticket):
    with transaction():
        ticket.drill = True

    assert look().status_code == 404


def other(code: str) -> str:
    """Six digits that are not these."""
    return f"{(int(code) + 1) % 10**6:06}"


@pytest.fixture
def ticket(app, moved_clock):
    with transaction():
        made = builders.ticket(company="確認工業")
        tickets.keep_said(made, SAID, said_at=NOON, by_id=None, now=NOON)
        return made


@pytest.fixture
def path(ticket):
    def of(until=NOON + timedelta(hours=72)):
        return f"/status/{status_links.mint(ticket.number, until, settings())}/advice"

    return of


@pytest.fixture
def look(client, path):
    client.set_cookie("language", "en")
    return lambda **how: client.get(path(**how))


@pytest.fixture
def unlock(client, path):
    client.set_cookie("language", "en")

    return lambda code: forms.send(client, path(), {"code": code})
