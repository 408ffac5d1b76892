"""How an offer may be answered, and who of a partner hears of it first."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from hotline.coordination.rules.offers import (
    NEXT_OF_OFFER,
    SAID_NO,
    SAID_YES,
    SOMEBODY_ELSE,
    TAKEN_BACK,
    TOO_LATE,
    Asked,
    OfferStatus,
    channels_to,
    check_choosable,
    check_reply_by,
    check_step,
    check_withdrawable,
    full_minute,
    is_repeated,
    next_contacts,
)
from hotline.errors import Problem, Refused

NOON = datetime(2026, 11, 4, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Somebody:
    """A contact of a partner."""

    id: int
    phone: str = "+81312345678"
    email: str = "duty@partner.example"
    channels: list[str] = field(default_factory=lambda: ["voice", "mail"])
    at_any_hour: bool = False
    verified_at: datetime | None = NOON


def test_every_status_has_its_line_and_no_other_step_is_made():
    assert set(NEXT_OF_OFFER) == set(OfferStatus)
    for current, after in NEXT_OF_OFFER.items():
        for wanted in after:
            check_step(current, wanted)
        for wanted in set(OfferStatus) - after:
            with pytest.raises(Refused):
                check_step(current, wanted)


def test_the_time_to_answer_is_half_open():
    asked = Asked("offered", NOON + HOUR)

    assert is_repeated(asked, OfferStatus.ACCEPTED, now=NOON + HOUR - timedelta(seconds=1)) is False
    with pytest.raises(Refused) as late:
        is_repeated(asked, OfferStatus.ACCEPTED, now=NOON + HOUR)
    assert late.value.message == TOO_LATE


@pytest.mark.parametrize("answer", [OfferStatus.ACCEPTED, OfferStatus.DECLINED])
def test_the_same_answer_again_is_the_same_answer(answer):
    assert is_repeated(Asked(answer, NOON), answer, now=NOON + HOUR) is True


@pytest.mark.parametrize(
    ("status", "taken", "answer", "sentence"),
    [
        ("expired", False, "accepted", TOO_LATE),
        ("expired", True, "accepted", SOMEBODY_ELSE),
        ("withdrawn", False, "accepted", TAKEN_BACK),
        ("declined", False, "accepted", SAID_NO),
        ("accepted", False, "declined", SAID_YES),
    ],
)
def test_whoever_comes_too_late_is_told_kindly_why(status, taken, answer, sentence):
    asked = Asked(status, NOON + HOUR, taken=taken)

    with pytest.raises(Refused) as refused:
        is_repeated(asked, OfferStatus(answer), now=NOON)
    assert refused.value.message == sentence


def test_only_what_is_open_is_taken_back_and_only_an_estimate_is_chosen():
    check_withdrawable("queued")
    check_choosable("accepted", None)

    for check in (
        lambda: check_withdrawable("declined"),
        lambda: check_choosable("offered", None),
        lambda: check_choosable("accepted", NOON),
    ):
        with pytest.raises(Refused):
            check()


@pytest.mark.parametrize("reply_by", [NOON, NOON + timedelta(days=365 * 101)])
def test_a_time_to_answer_lies_ahead_and_near(reply_by):
    with pytest.raises(Problem):
        check_reply_by(reply_by, now=NOON)
    check_reply_by(NOON + HOUR, now=NOON)


def test_nobody_reads_seconds():
    assert full_minute(NOON) == NOON
    assert full_minute(NOON + timedelta(seconds=1)) == NOON + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("facts", "channels"),
    [
        ({}, ("mail", "voice")),
        ({"verified_at": None}, ("mail",)),
        ({"channels": ["sms", "voice"]}, ("sms", "voice")),
        ({"channels": ["sms", "voice"], "verified_at": None}, ()),
        ({"email": "", "phone": ""}, ()),
        ({"channels": []}, ()),
    ],
)
def test_a_contact_is_told_by_its_own_ways_and_by_no_unverified_phone(facts, channels):
    assert channels_to(Somebody(1, **facts)) == channels


def test_the_first_who_hears_it_is_told_and_who_only_reads_mail_comes_along():
    silent, unreachable = Somebody(1, channels=["mail"]), Somebody(2, channels=[])
    order = [silent, unreachable, Somebody(3), Somebody(4)]

    assert [one.id for one in next_contacts(order, (), in_hours=True)] == [1, 3]
    assert [one.id for one in next_contacts(order, {1, 3}, in_hours=True)] == [4]
    assert next_contacts(order, {1, 3, 4}, in_hours=True) == []


def test_by_night_only_who_may_be_rung_at_any_hour():
    order = [Somebody(1), Somebody(2, at_any_hour=True)]

    assert [one.id for one in next_contacts(order, (), in_hours=False)] == [2]
