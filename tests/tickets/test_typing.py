"""Saving while somebody types, drafts, and telling the caller when nobody types any more."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.errors import Invalid, Refused
from hotline.notices import queries as notices
from hotline.tickets import queries, service
from hotline.tickets.models import Draft, HearingAnswer, Ticket
from hotline.tickets.rules import Intake
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON

MINUTES = timedelta(minutes=1)
MOBILE = Intake(safe_phone="090-1234-5678")


def test_what_is_typed_is_saved_and_the_same_again_changes_nothing(ticket, save):
    for _ in range(2):
        save(Intake(company="確認工業"))

    assert (ticket.company, ticket.version) == ("確認工業", 2)


def test_an_answer_is_as_old_as_it_was_said(ticket, save):
    said_at = NOON - 20 * MINUTES
    save(Intake(answers={"ongoing": ["yes"]}), heard={"ongoing": said_at})

    assert db.session.scalars(select(HearingAnswer.answered_at)).all() == [said_at]


def test_what_cannot_be_used_changes_nothing(ticket, save):
    with pytest.raises(Invalid):
        save(Intake(company="確認工業", safe_email="x"))
    db.session.expire_all()

    assert (ticket.company, ticket.version) == ("", 1)


def test_a_joined_ticket_takes_no_word(ticket, save, operator):
    with transaction():
        service.join(ticket, builders.ticket(), by_id=operator.id, now=NOON)

    with pytest.raises(Refused, match="another number"):
        save(Intake(company="確認工業"))


# Telling


def test_nobody_is_told_while_somebody_types(ticket, save):
    save(MOBILE)
    save(Intake(safe_phone="090-1234-5679"), now=NOON + 4 * MINUTES)
    save(Intake(safe_phone="090-1234-5679", summary="続き"), now=NOON + 6 * MINUTES)

    assert (told(ticket), ticket.tell_at) == ([], NOON + 9 * MINUTES)
    assert queries.to_tell(NOON + 8 * MINUTES) == []


def test_five_minutes_later_the_caller_is_told_once(ticket, save):
    save(MOBILE)
    later = NOON + 5 * MINUTES
    due = queries.to_tell(later)
    with transaction():
        first, second = (service.tell_when_due(ticket.id, now=later) for _ in range(2))

    assert (due, first, second) == ([ticket.id], ["sms"], [])
    assert (told(ticket), service.told_by(ticket), ticket.tell_at) == (["sms"], ["sms"], None)


def test_whoever_was_told_by_hand_is_not_told_again(ticket, save):
    save(MOBILE)
    with transaction():
        service.tell_caller(ticket, now=NOON)
    save(Intake(safe_phone="090-1234-5679"))

    assert (told(ticket), ticket.tell_at) == (["sms"], None)


def test_a_way_that_is_taken_back_is_not_used(ticket, save):
    save(MOBILE)
    save(Intake())

    assert ticket.tell_at is None


# Drafts


def test_a_draft_is_kept_replaced_and_forgotten(ticket, operator):
    for text in ("090-12", "090-12\0\ud83d", "090-123"):
        keep(ticket, operator, {"callback_phone": {"callback_phone": [text]}})
    kept = queries.drafts_of(ticket.id, operator.id)["callback_phone"].typed
    service.drop_drafts(ticket, ["callback_phone", "company"], by_id=operator.id)

    assert kept == {"callback_phone": ["090-123"]}
    assert db.session.scalars(select(Draft)).all() == []


def test_the_trail_names_the_parts_of_a_draft_and_never_what_stands_in_them(ticket, operator):
    for _ in range(2):
        keep(ticket, operator, {"callback_phone": {"callback_phone": ["090-12"]}})
    entries = select(AuditEntry.detail).where(AuditEntry.action == "ticket.drafted")

    assert db.session.scalars(entries).all() == [{"fields": ["callback_phone"]}]


def test_a_draft_is_of_one_person(ticket, operator):
    keep(ticket, operator, {"summary": {"summary": ["途中"]}})

    assert queries.drafts_of(ticket.id, operator.id + 1) == {}


def keep(ticket, operator, typed):
    service.keep_drafts(ticket, typed, by_id=operator.id, now=NOON)


def told(ticket):
    return [one.channel for one in notices.about(f"ticket:{ticket.number}")]


@pytest.fixture
def operator(app):
    with transaction():
        return builders.person("operator")


@pytest.fixture
def ticket(app) -> Ticket:
    with transaction():
        return builders.ticket(case_types=())


@pytest.fixture
def save(ticket, operator):
    """``save(intake)`` saves what the operator typed, as the page does while it is typed."""

    def fill(intake, *, now=NOON, heard=()):
        with transaction():
            service.hold(ticket)
            service.fill_in_typed(ticket, intake, heard=dict(heard), by=operator, now=now)

    return fill
