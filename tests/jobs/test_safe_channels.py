"""Where the attacker reads the company's mail, no message of any kind goes there."""

from dataclasses import fields
from datetime import datetime

import pytest

from hotline.db import db
from hotline.evidence import service as evidence
from hotline.evidence.rules import link_subject
from hotline.members.models import Phone
from hotline.notices import queries as notices
from hotline.notices import service as telling
from hotline.notices.rules import CALLER, TEAM, WORDED, Channel, Kind
from hotline.people.models import Person
from hotline.tickets.models import Ticket
from hotline.tickets.rules import Report
from hotline.transaction import transaction
from tests import builders
from tests.jobs.conftest import NINE, deliver_by_every_channel

COMPANY_MAIL, COMPANY_MOBILE = "soumu@yamada-buhin.example", "+819055556666"
PRIVATE, SAFE_PHONE, SAFE_MAIL = "+819012345678", "+818011112222", "hanako@private.example"

TO_THE_CALLER = {
    Kind.RECEIVED,
    Kind.ADVICE_SENT,
    Kind.DESK_WROTE_MEMBER,
    Kind.NEED_ASKED,
    Kind.OBLIGATION_OPEN,
    Kind.UPLOAD_LINK,
}
"""Their addresses stand on the ticket."""
TO_AN_ACCOUNT = {Kind.INVITE, Kind.RESET, Kind.ACCOUNT_CHANGED}
"""They may go to somebody of the company; all the others go to people of the hotline alone."""
GAP = ("jnx", "operator", NINE.isoformat(), None)
FACTS = {
    **{"line": "jnx", "about": "followup:1", "minutes": 5, "silent": "", "year": 2028},
    **{"overdue": 5, "starts_at": NINE.isoformat(), "ends_at": NINE.isoformat()},
    **{"gaps": [GAP], "first": GAP, "name": "確認 太郎", "other": "確認 花子"},
    **{
        "clock": "gdpr_72h",
        "until": NINE.isoformat(),
        "task": 1,
        "approval": 1,
        "change": "app_set",
    },
}
"""Whatever a text of any kind has a place for."""


@pytest.mark.parametrize("kind", sorted(TO_THE_CALLER))
@pytest.mark.parametrize(
    ("contacts", "reached"),
    [
        ({"caller_email": COMPANY_MAIL, "caller_phone": "0566-12-3456"}, set()),
        ({"caller_email": COMPANY_MAIL, "caller_phone": COMPANY_MOBILE}, set()),
        ({"callback_phone": COMPANY_MOBILE, "caller_phone": PRIVATE}, {PRIVATE}),
        ({"caller_email": COMPANY_MAIL, "safe_phone": SAFE_PHONE}, {SAFE_PHONE}),
        ({"caller_phone": PRIVATE, "safe_email": SAFE_MAIL}, {SAFE_MAIL}),
    ],
)
def test_a_caller_is_told_by_no_channel_of_the_company(world, kind, contacts, reached):
    with transaction():
        ticket = world.ticket(company_channels_unsafe=True, **contacts)
    world.tell(kind, ticket, audience=CALLER)

    assert world.reached() == reached


def test_one_ticket_that_says_so_counts_for_every_ticket_of_the_company(world):
    with transaction():
        world.ticket(company_channels_unsafe=True)
        other = world.ticket(caller_email=COMPANY_MAIL, caller_phone=PRIVATE)
    world.tell(Kind.RECEIVED, other, audience=CALLER)

    assert world.reached() == {PRIVATE}


@pytest.mark.parametrize(
    "facts", [{"status": "closed"}, {"drill": True}, {"member_number": "JNX-2"}], ids=str
)
def test_what_is_over_a_drill_or_another_company_hinders_nothing(world, facts):
    with transaction():
        world.ticket(company_channels_unsafe=True, **facts)
        other = world.ticket(caller_email=COMPANY_MAIL)
    world.tell(Kind.RECEIVED, other, audience=CALLER)

    assert world.reached() == {COMPANY_MAIL}


def test_what_a_joined_call_said_counts_on_where_it_goes_on(world):
    with transaction():
        lives = world.ticket(caller_email=COMPANY_MAIL, member_number=None)
        world.ticket(
            company_channels_unsafe=True,
            member_number=None,
            status="duplicate",
            duplicate_of_id=lives.id,
        )
    world.tell(Kind.RECEIVED, lives, audience=CALLER)

    assert world.reached() == set()


@pytest.mark.parametrize("kind", sorted(TO_AN_ACCOUNT))
def test_an_account_of_the_company_gets_no_link_until_it_is_safe_again(world, kind):
    with transaction():
        ticket = world.ticket(company_channels_unsafe=True)
        world.member_person(COMPANY_MAIL)
    world.tell(kind, ticket, person_id=world.person.id)
    held = world.reached()
    alarms = [one for one in notices.listed() if one.kind == Kind.UNDELIVERED]

    assert held == set()
    assert [one.subject for one in alarms]
    with transaction():
        db.session.get_one(Ticket, ticket.id).status = "closed"
    world.time.advance(hours=2)
    assert COMPANY_MAIL in world.reached()


def test_an_account_is_told_at_the_address_that_was_named_as_safe(world):
    with transaction():
        ticket = world.ticket(company_channels_unsafe=True, safe_email=SAFE_MAIL.upper())
        world.member_person(SAFE_MAIL)
    world.tell(Kind.RESET, ticket, person_id=world.person.id)

    assert world.reached() == {SAFE_MAIL}


def test_what_is_meant_for_the_desk_reaches_nobody_of_the_company(world):
    """Every other kind by every channel that has words for it."""
    with transaction():
        ticket = world.ticket(company_channels_unsafe=True, caller_email=COMPANY_MAIL)
        world.member_person(COMPANY_MAIL)
        desk = builders.person("coordinator", phone="+819099998888")
    others = sorted(set(WORDED[Channel.MAIL]) - TO_THE_CALLER - TO_AN_ACCOUNT)
    for kind in others:
        world.tell(kind, ticket, audience=TEAM)

    assert world.reached() == {desk.email, desk.phone}
    assert len(world.postman.mails) == len(others)


class World:
    """A company with a mail, a switchboard and a mobile of its own, and what leaves the house."""

    def __init__(self, work, time, postman, exchange) -> None:
        self.work, self.time = work, time
        self.postman, self.exchange = postman, exchange
        self.person: Person
        with transaction():
            one = builders.member("JNX-1")
            one.phones.append(Phone(raw="", key="09055556666", e164=COMPANY_MOBILE))
            builders.member("JNX-2")

    def ticket(self, **facts: object) -> Ticket:
        """An open ticket of the company about whose caller nothing was told yet."""
        after = {name: facts.pop(name) for name in set(facts) - REPORTED}
        facts = {"member_number": "JNX-1", **facts}
        made = builders.ticket(now=datetime.fromisoformat("2026-12-30T22:15+09:00"), **facts)
        for name, value in after.items():
            setattr(made, name, value)
        db.session.flush()
        telling.withdraw(f"ticket:{made.number}")
        telling.withdraw(f"followup:{builders.promise_of(made).id}")
        return made

    def member_person(self, email: str) -> None:
        self.person = builders.person("member")
        self.person.member_number, self.person.email = "JNX-1", email

    def tell(self, kind: Kind, ticket: Ticket, **whom: object) -> None:
        facts = {**FACTS, "number": ticket.number}
        subject = about(kind, ticket)
        for channel in Channel:
            if kind in WORDED[channel]:
                with transaction():
                    telling.tell(
                        subject,
                        kind,
                        due_at=NINE,
                        now=NINE,
                        channel=channel,
                        facts=facts,
                        **whom,
                    )

    def reached(self) -> set[str]:
        """Every address to which anything was sent."""
        deliver_by_every_channel(self.work)
        return {*self.postman.tried, *self.exchange.tried}


def about(kind: Kind, ticket: Ticket) -> str:
    """What a notice of this kind hangs on: its link must be one that is good."""
    if kind is not Kind.UPLOAD_LINK:
        return "ticket:1"
    with transaction():
        return link_subject(evidence.open_link(ticket.id, by_id=None, now=NINE).id)


REPORTED = {one.name for one in fields(Report)}


@pytest.fixture
def world(work, time, postman, exchange) -> World:
    return World(work, time, postman, exchange)
