"""The code that is sent to a registered phone, and what it opens in one browser."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.errors import Invalid, Slowed
from hotline.notices.models import Notice
from hotline.tickets import queries, rules, service
from hotline.tickets.models import StatusCode
from hotline.timeline import queries as timeline
from hotline.timeline.rules import Audience, Event
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON

HOME, NOBODYS = "192.0.2.1", "999999998"
MINUTE = timedelta(minutes=1)


def test_the_number_and_the_digits_that_were_sent_open_the_status(ticket):
    digits = sent(ticket)
    spaced = ticket.number[:4] + " " + ticket.number[4:]
    secret = opened(spaced, f"{digits[:3]} {digits[3:]}")

    assert seen(secret).ticket.number == ticket.number
    assert seen(secret).until == NOON + timedelta(minutes=30)


def test_asking_leaves_the_same_rows_whether_anybody_has_the_number(ticket):
    asked(ticket.number)
    asked(NOBODYS)
    rows = select(Notice.facts["number"].as_string(), Notice.status, Notice.audience)

    assert [tuple(row) for row in db.session.execute(rows.order_by(Notice.id))][-2:] == [
        (ticket.number, "waiting", "caller"),
        (NOBODYS, "waiting", "caller"),
    ]
    assert len(actions("status_code.asked")) == 2


def test_what_is_no_number_and_no_way_is_refused_beside_its_field(app):
    with pytest.raises(Invalid) as refused:
        asked("4821 7093 4", channel="mail")

    assert set(refused.value.fields) == {"number", "channel"}


def test_digits_are_made_for_nobody_who_does_not_wait(ticket):
    first, second, nobodys = asked(ticket.number), asked(ticket.number), asked(NOBODYS)

    assert minted(first) == ""  # A later one was asked for.
    assert minted(nobodys) == ""
    assert minted(second, now=NOON + 10 * MINUTE) == ""
    assert minted(9_999) == ""


def test_a_message_that_is_tried_again_holds_new_digits_and_the_old_ones_are_dead(ticket):
    code = asked(ticket.number)
    first, second = minted(code), minted(code, now=NOON + MINUTE)

    assert len(second) == 6
    if first != second:
        assert opened(ticket.number, first) is None
    assert opened(ticket.number, second)


def test_a_new_code_kills_the_older_one(ticket):
    older = sent(ticket)
    set_to(ticket, "111111" if older == "000000" else "000000")

    assert opened(ticket.number, older) is None


def test_a_code_is_good_once_and_for_ten_minutes_after_it_was_sent(ticket):
    digits = sent(ticket)
    late = sent_at(ticket, NOON + 5 * MINUTE)

    assert opened(ticket.number, digits, now=late + 10 * MINUTE) is None
    assert opened(ticket.number, digits, now=late + 10 * MINUTE - timedelta(seconds=1))
    assert opened(ticket.number, digits, now=late + 6 * MINUTE) is None


def test_the_status_closes_after_half_an_hour(ticket):
    secret = opened(ticket.number, sent(ticket))

    assert seen(secret, now=NOON + 29 * MINUTE)
    assert seen(secret, now=NOON + 30 * MINUTE) is None
    assert seen("") is None


def test_whoever_closes_it_has_closed_it_for_a_copied_cookie_too(ticket):
    secret = opened(ticket.number, sent(ticket))
    with transaction():
        service.close_status(secret, now=NOON)
        service.close_status("nobody's", now=NOON)

    assert seen(secret) is None
    assert len(actions("status_code.closed")) == 1


def test_the_browser_of_an_earlier_code_sees_nothing_once_a_later_one_is_used(ticket):
    earlier = opened(ticket.number, sent(ticket))
    later = opened(ticket.number, sent(ticket))

    assert seen(earlier) is None
    assert seen(later)


def test_what_became_a_drill_is_seen_no_more(ticket):
    secret = opened(ticket.number, sent(ticket))
    with transaction():
        ticket.drill = True

    assert seen(secret) is None


def test_a_wrong_code_and_a_number_that_nobody_has_get_the_same_answer(ticket):
    digits = sent(ticket)

    assert opened(ticket.number, other(digits)) is None
    assert opened(NOBODYS, digits) is None
    assert opened("no number", "no code") is None
    assert len(actions("status_code.refused")) == 3


@pytest.mark.parametrize("who", ["ours", "nobody's"])
def test_after_five_tries_a_number_waits_a_quarter_of_an_hour(ticket, who):
    number = ticket.number if who == "ours" else NOBODYS
    for _ in range(5):
        opened(number, "no code")

    with pytest.raises(Slowed) as slowed:
        opened(number, "no code", source="192.0.2.2")
    assert slowed.value.retry_after == 15 * 60
    assert opened(number, "no code", now=NOON + 15 * MINUTE) is None


def test_nobody_tries_more_than_twenty_codes_of_a_number_a_day(ticket):
    for hour in range(4):
        for _ in range(5):
            opened(ticket.number, "no code", now=NOON + timedelta(hours=hour))
    late = sent_at(ticket, NOON + timedelta(hours=5))

    with pytest.raises(Slowed):
        opened(ticket.number, set_to(ticket, "000000"), now=late)


def test_after_five_wrong_digits_a_code_is_dead_although_nobody_waits_any_more(ticket):
    digits = sent(ticket)
    with transaction():
        code = db.session.scalars(select(StatusCode)).one()
        code.tries, code.expires_at = 5, NOON + timedelta(days=1)

    assert opened(ticket.number, digits) is None


def test_one_address_tries_no_more_than_fifty_codes_in_a_quarter_of_an_hour(app):
    for place in range(50):
        opened(f"number {place}", "no code")

    with pytest.raises(Slowed):
        opened("number 50", "no code")
    assert opened("number 50", "no code", source="192.0.2.2") is None


@pytest.mark.parametrize("who", ["ours", "nobody's"])
def test_a_number_is_sent_three_codes_an_hour_and_eight_a_day(ticket, who):
    number = ticket.number if who == "ours" else NOBODYS
    hours = [NOON + timedelta(hours=hour) for hour in range(24)]
    fine = [[was_asked(number, now=at, place=at.hour) for _ in range(4)] for at in hours]

    assert fine[0] == [True, True, True, False]
    assert sum(sum(hour) for hour in fine) == 8


def test_one_address_asks_for_ten_codes_in_a_quarter_of_an_hour_whatever_the_number(app):
    asked_for = [was_asked(number, now=NOON, place=0) for number in numbers(12)]

    assert asked_for == [True] * 10 + [False] * 2


def test_the_story_says_that_somebody_looked_and_no_record_holds_the_digits(ticket):
    digits = sent(ticket)
    opened(ticket.number, digits)
    lines = [line.event for line, _ in timeline.of_ticket(ticket.id, Audience.MEMBER)]
    details = db.session.scalars(select(AuditEntry.detail)).all()

    assert Event.STATUS_OPENED in lines
    assert not [one for one in details if digits in one.values()]


def test_what_is_left_of_a_code_is_forgotten_after_a_day(ticket):
    sent(ticket)
    with transaction():
        kept = service.forget_status_codes(now=NOON + timedelta(hours=23))
        gone = service.forget_status_codes(now=NOON + timedelta(days=1))

    assert (kept, gone) == (0, 1)


def asked(number, *, channel="sms", source=HOME, now=NOON):
    """The id of the code that was asked for."""
    with transaction():
        service.ask_status_code(number, channel=channel, language="ja", source=source, now=now)
    return db.session.scalar(select(func.max(StatusCode.id)))


def was_asked(number, *, now, place):
    """Whether it was, from an address of its own at each place."""
    try:
        asked(number, source=f"192.0.2.{place}", now=now)
    except Slowed:
        return False
    return True


def minted(code_id, *, now=NOON):
    with transaction():
        return service.mint_status_code(code_id, now=now)


def sent(ticket):
    """The digits of a code that has gone out at noon."""
    code_id = asked(ticket.number)
    digits = minted(code_id)
    with transaction():
        service.code_sent(code_id, now=NOON)
    return digits


def sent_at(ticket, now):
    """The last code went out then; returns ``now``."""
    latest = db.session.scalar(
        select(func.max(StatusCode.id)).where(StatusCode.ticket_id == ticket.id)
    )
    with transaction():
        service.code_sent(latest, now=now)
    return now


def set_to(ticket, digits):
    """A fresh code of the ticket that has these digits."""
    code_id = asked(ticket.number, now=NOON - timedelta(days=2))
    with transaction():
        code = db.session.get(StatusCode, code_id)
        code.asked_at = NOON
        service.mint_status_code(code_id, now=NOON)
        code.code_hash = rules.code_hash(code_id, digits)
    return digits


def opened(number, digits, *, source=HOME, now=NOON):
    with transaction():
        return service.open_status(number, digits, source=source, now=now)


def seen(secret, *, now=NOON):
    return queries.opened_with(secret, now=now)


def other(digits):
    return f"{(int(digits) + 1) % 10**6:06}"


def numbers(many):
    """Numbers that nobody has."""
    return [f"{eight}{rules.check_digit(str(eight))}" for eight in
            range(90_000_000, 90_000_000 + many)]  # fmt: skip


def actions(action):
    return db.session.scalars(select(AuditEntry).where(AuditEntry.action == action)).all()


@pytest.fixture
def ticket(app):
    with transaction():
        return builders.ticket(caller_phone="090-1234-5678")
