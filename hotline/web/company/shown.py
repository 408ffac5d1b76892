"""The accounts of a company as its managers and the desk see them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotline.errors import N_
from hotline.members import queries as members
from hotline.members.rules import Sees, sees_all
from hotline.people import queries as people
from hotline.people import service as accounts
from hotline.people.models import Invitation, Person
from hotline.people.rules import LINK_LIVES, LinkKind
from hotline.tickets import queries as tickets
from hotline.web.people import invitations

STATES = {
    "active": N_("Active"),
    "invited": N_("Invited"),
    "disabled": N_("Shut out"),
}

CHOICES = {
    Sees.NOBODY: (
        N_("Nobody sees those of others"),
        N_("Everybody sees the tickets they called in or were added to, and no others."),
    ),
    Sees.MANAGERS: (
        N_("Managers"),
        N_("Whoever looks after the accounts sees every ticket of the company."),
    ),
    Sees.NAMED: (
        N_("Managers and people you name"),
        N_("You name them one by one, on the page of each colleague."),
    ),
    Sees.EVERYBODY: (
        N_("All colleagues with an account"),
        N_("Every colleague sees every ticket, also those about personal data or staff."),
    ),
}
"""Who sees all tickets of a company: what it is called, and what it means."""


@dataclass(frozen=True)
class Row:
    """One account; ``sees_all``: all tickets of the company, as it wants it now."""

    person: Person
    state: str
    sees_all: bool
    second_factor: bool
    signed_in: datetime | None


@dataclass(frozen=True)
class Waiting:
    """Somebody who was invited; ``over``: the link is too old, ``held``: no mail leaves yet."""

    invitation: Invitation
    over: bool
    held: bool


@dataclass(frozen=True)
class Choice:
    """One answer to who sees all tickets, and whom it would mean today."""

    code: str
    label: str
    meaning: str
    names: tuple[str, ...]


def of_company(number: str, *, now: datetime) -> dict[str, Any]:
    """The accounts and open invitations of a company, and who sees all its tickets."""
    found, member = people.colleagues(number), members.by_number(number)
    sees, unsafe = (member.sees if member else Sees.MANAGERS), tickets.channels_unsafe(number)
    return {
        "rows": rows(found, sees),
        "waiting": [_waiting(one, unsafe=unsafe, now=now) for one in people.invitations(number)],
        "states": STATES,
        "unsafe": unsafe,
        "sees": sees,
        "choices": choices(found) if member else (),
    }


def rows(found: Iterable[Person], sees: str) -> list[Row]:
    """The accounts ``found`` of a company that wants ``sees``."""
    found = list(found)
    ids = [one.id for one in found]
    factors, signed_in = people.with_second_factor(ids), people.last_sign_ins(ids)
    return [_row(one, sees, factors, signed_in) for one in found]


def _row(one: Person, sees: str, factors: set[int], signed_in: Mapping[int, datetime]) -> Row:
    state = accounts.state(one)
    return Row(
        person=one,
        state=state,
        sees_all=state == "active" and _sees_all(one, sees),
        second_factor=one.id in factors,
        signed_in=signed_in.get(one.id),
    )


def _sees_all(one: Person, sees: str) -> bool:
    return sees_all(sees, manager=one.manager, named=one.sees_company)


def _waiting(one: Invitation, *, unsafe: bool, now: datetime) -> Waiting:
    over = one.sent_at + LINK_LIVES[LinkKind.INVITE] <= now
    return Waiting(one, over=over, held=unsafe and invitations.waits(one))


def choices(found: Iterable[Person]) -> list[Choice]:
    """Each answer with the names of those who would see all tickets today."""
    active = [one for one in found if accounts.state(one) == "active"]
    return [
        Choice(code, label, meaning, tuple(one.name for one in active if _sees_all(one, code)))
        for code, (label, meaning) in CHOICES.items()
    ]
