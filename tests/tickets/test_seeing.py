"""Who of a company sees which of its tickets, and who may be told of one."""

from collections.abc import Callable
from itertools import product

import pytest
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.errors import Missing, Refused
from hotline.members.rules import Sees
from hotline.people.models import Person
from hotline.people.rules import Role
from hotline.tickets import queries
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.queries import Wanted, Way
from tests import builders
from tests.builders import NOON

OURS, THEIRS = "JNX-1", "JNX-2"
MAIL, PHONE = "hanako@example.jp", "+819012345678"

COLLEAGUES: dict[str, dict[str, object]] = {
    "plain": {"manager": False},
    "named": {"manager": False, "sees_company": True},
    "manager": {"manager": True},
    "shut out": {"manager": True, "sees_company": True, "disabled_at": NOON},
}

SEEN_BY: dict[Sees | None, set[str]] = {
    Sees.NOBODY: set(),
    Sees.MANAGERS: {"manager"},
    Sees.NAMED: {"named", "manager"},
    Sees.EVERYBODY: {"plain", "named", "manager"},
    None: {"manager"},
}
"""What the company chose (None: it is not on file) to which colleagues see a ticket then."""


def of_member(number: str = OURS, **facts: object) -> Person:
    return builders.person(Role.MEMBER, member_number=number, **{"manager": False, **facts})


def company(sees: Sees | None, number: str = OURS) -> None:
    if sees is not None:
        builders.member(number, sees=sees)


def sees(viewer: Person, ticket: Ticket) -> bool:
    """Whether the page of the ticket opens."""
    try:
        return queries.by_number(ticket.number, viewer) is ticket
    except Missing:
        return False


@pytest.mark.parametrize("chosen", SEEN_BY)
def test_a_colleagues_ticket_is_seen_as_the_company_chose(writing, chosen):
    company(chosen)
    ticket = builders.ticket(member_number=OURS)
    found = {name for name, facts in COLLEAGUES.items() if sees(of_member(**facts), ticket)}

    assert found == SEEN_BY[chosen]


@pytest.mark.parametrize("chosen", SEEN_BY)
def test_the_ticket_of_another_company_is_seen_by_none_of_them(writing, chosen):
    company(chosen)
    company(Sees.EVERYBODY, THEIRS)
    foreign = builders.ticket(member_number=THEIRS, caller_email=MAIL, caller_phone=PHONE)
    nobodys = builders.ticket(caller_email=MAIL, caller_phone=PHONE)
    for facts in COLLEAGUES.values():
        viewer = of_member(**facts, phone=PHONE)
        db.session.get_one(Ticket, foreign.id).opened_by_id = viewer.id

        assert not sees(viewer, foreign)
        assert not sees(viewer, nobodys)


NAMED_BY: dict[str, Callable[[Person], dict[str, object]]] = {
    "mail": lambda one: {"caller_email": one.email.upper()},
    "safe mail": lambda one: {"safe_email": one.email},
    "phone": lambda _one: {"caller_phone": "090-1234-5678"},
    "call-back": lambda _one: {"callback_phone": "０９０（１２３４）５６７８"},
    "safe phone": lambda _one: {"safe_phone": PHONE},
    "form": lambda one: {"opened_by_id": one.id},
}


@pytest.mark.parametrize("by", NAMED_BY)
def test_the_own_ticket_is_seen_where_nobody_sees_those_of_colleagues(writing, by):
    company(Sees.NOBODY)
    viewer, other = of_member(phone=PHONE), of_member(phone="+819087654321")
    ticket = builders.ticket(member_number=OURS)
    for name, value in NAMED_BY[by](viewer).items():
        setattr(ticket, name, value)
    tickets.make_findable(ticket)

    assert [sees(viewer, ticket), sees(other, ticket)] == [True, False]
    assert [(one.person, one.way) for one in queries.readers(ticket)] == [(viewer, Way.OWN)]


def test_a_phone_that_two_accounts_share_names_neither_of_them(writing):
    company(Sees.NOBODY)
    one, other = of_member(phone=PHONE), of_member(phone=PHONE)
    ticket = builders.ticket(member_number=OURS, caller_phone=PHONE)
    shared = [sees(one, ticket), sees(other, ticket)]
    other.disabled_at = NOON

    assert shared == [False, False]
    assert [sees(one, ticket), sees(other, ticket)] == [True, False]


def test_accounts_and_tickets_without_a_phone_or_address_have_nothing_in_common(writing):
    company(Sees.NOBODY)
    ticket = builders.ticket(member_number=OURS)

    assert not sees(of_member(), ticket)


def test_whoever_follows_a_ticket_sees_it_until_that_is_taken_back(writing):
    company(Sees.NOBODY)
    colleague, by = of_member(), of_member(manager=True)
    ticket = builders.ticket(member_number=OURS)
    for _ in range(2):
        tickets.follow(ticket, colleague, by_id=by.id, now=NOON)
    seen = sees(colleague, ticket), [one.way for one in queries.readers(ticket)]
    for _ in range(2):
        tickets.unfollow(ticket, colleague, by_id=by.id, now=NOON)

    assert seen == (True, [Way.FOLLOWER])
    assert not sees(colleague, ticket)
    assert noted() == ["ticket.followed", "ticket.unfollowed"]


@pytest.mark.parametrize(
    "who",
    [
        {"member_number": THEIRS},
        {"disabled_at": NOON},
        {"role_rows": []},
    ],
    ids=["of another company", "shut out", "without the role"],
)
def test_only_an_active_colleague_can_be_let_see_a_ticket(writing, who):
    ticket, somebody = builders.ticket(member_number=OURS), of_member()
    for name, value in who.items():
        setattr(somebody, name, value)
    db.session.flush()

    with pytest.raises(Refused):
        tickets.follow(ticket, somebody, by_id=somebody.id, now=NOON)


def test_nobody_follows_the_ticket_of_a_company_that_is_not_known(writing):
    ticket, somebody = builders.ticket(), of_member()

    with pytest.raises(Refused):
        tickets.follow(ticket, somebody, by_id=somebody.id, now=NOON)
    assert queries.readers_of(ticket) == []


def test_a_follower_loses_the_ticket_that_turns_out_to_be_another_companys(writing):
    company(Sees.NOBODY)
    ticket, colleague = builders.ticket(member_number=OURS), of_member()
    tickets.follow(ticket, colleague, by_id=colleague.id, now=NOON)
    ticket.member_number = THEIRS

    assert not sees(colleague, ticket)
    assert queries.readers_of(ticket) == []


def test_who_was_invited_and_never_came_is_told_of_nothing(writing):
    company(Sees.EVERYBODY)
    ticket, invited = builders.ticket(member_number=OURS), of_member(password_hash=None)
    with pytest.raises(Refused):
        tickets.follow(ticket, invited, by_id=invited.id, now=NOON)

    assert queries.readers_of(ticket) == []


def test_whoever_is_told_of_a_ticket_is_who_sees_it(writing):
    """Both ways to ask agree: modes, colleagues, and a ticket of the own and of another company."""
    ours = builders.member(OURS)
    company(Sees.EVERYBODY, THEIRS)
    people = [
        of_member(number, **facts, phone=phone)
        for number, facts, phone in product((OURS, THEIRS), COLLEAGUES.values(), (None, PHONE))
    ]
    found = [
        builders.ticket(member_number=number, caller_phone=phone, caller_email=people[1].email)
        for number, phone in product((OURS, THEIRS), ("", PHONE))
    ]
    tickets.follow(found[0], people[2], by_id=people[0].id, now=NOON)
    for chosen, ticket in product(Sees, found):
        ours.sees = chosen
        db.session.flush()

        assert queries.readers_of(ticket) == [one for one in people if sees(one, ticket)]


def test_partners_and_people_without_a_company_see_nothing(writing):
    ticket = builders.ticket(member_number=OURS)

    assert not sees(builders.person(Role.VENDOR, vendor_code=OURS), ticket)
    assert not sees(builders.person(Role.MEMBER), ticket)
    assert sees(builders.person(Role.AUDITOR), ticket)


def test_a_list_asks_no_more_of_the_database_for_a_member_than_for_the_desk(writing, statements):
    company(Sees.NAMED)
    builders.ticket(member_number=OURS)
    counts = []
    for viewer in (builders.person(Role.OPERATOR), of_member(sees_company=True, phone=PHONE)):
        with statements() as sent:
            assert len(queries.newest(Wanted(), viewer, 10)) == 1
        counts.append(len(sent))

    assert counts[0] == counts[1]


def noted() -> list[str]:
    query = select(AuditEntry.action).where(AuditEntry.action.like("ticket.%followed"))
    return list(db.session.scalars(query.order_by(AuditEntry.id)))
