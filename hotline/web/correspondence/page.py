"""What the page of member and desk shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotline.edge.language import gettext
from hotline.messages import queries as messages
from hotline.messages.models import Need
from hotline.messages.rules import BODY_LETTERS, NEED_LETTERS, NeedStatus, Side, Wanted
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.people.rules import DESK
from hotline.tickets import queries, rules
from hotline.tickets import service as tickets
from hotline.tickets.models import ContactChange, Ticket
from hotline.tickets.rules import ENDED, ChangeStatus, Rung
from hotline.web import formats
from hotline.web.portal.needs import when
from hotline.web.portal.seeing import WHY

ALWAYS = (Rung.OTHER,)
"""What can be chosen although no such number stands on the page: it was known elsewhere."""


def shown(ticket: Ticket, viewer: Person, *, now: datetime) -> dict[str, Any]:
    """Everything between member and desk."""
    lines = messages.thread(rules.member_thread(ticket.id))
    found, changes = messages.needs_of(ticket.id), queries.changes_of(ticket.id)
    waiting = [one for one, _ in lines if one.side == Side.MEMBER and one.answered_at is None]
    return {
        "ticket": ticket,
        "lines": lines,
        "waiting": waiting,
        "last": lines[-1][0].id if lines else 0,
        "needs": [(one, when(one, ticket, now=now)) for one in found if _is_open(one)],
        "needs_ended": [one for one in found if not _is_open(one)],
        "given": [_asked(one, ticket) for one in changes if one.status == ChangeStatus.GIVEN],
        "decided": [_asked(one, ticket) for one in changes if one.status != ChangeStatus.GIVEN],
        "rungs": _rungs(ticket),
        "names": _names(found, changes),
        "told_by": told_by(ticket),
        "wanted": tuple(Wanted),
        "most": {"body": BODY_LETTERS, "text": NEED_LETTERS, "note": rules.REASON_LETTERS},
        "side": Side.DESK,
        "may_act": bool(viewer.roles & DESK),
        "has_ended": ticket.status in ENDED,
        "now": now,
        **_seeing(ticket),
    }


def _is_open(need: Need) -> bool:
    return need.status == NeedStatus.OPEN


@dataclass(frozen=True)
class Change:
    """A contact that was given, and what stands on the ticket in its place."""

    row: ContactChange
    stands: str


def _asked(change: ContactChange, ticket: Ticket) -> Change:
    return Change(change, queries.contact_now(ticket, change.field))


def _rungs(ticket: Ticket) -> list[tuple[Rung, str]]:
    """What can be chosen as rung: each kind of number once, with the numbers of its kind."""
    found: dict[Rung, list[str]] = {}
    for code, phone in queries.known_numbers(ticket):
        found.setdefault(code, []).append(formats.phone(phone))
    return [(code, formats.listed(phones)) for code, phones in found.items()] + [
        (code, "") for code in ALWAYS
    ]


def _names(needs: list[Need], changes: list[ContactChange]) -> dict[int | None, str]:
    ids = [one.asked_by_id for one in needs] + [one.ended_by_id for one in needs]
    ids += [one.given_by_id for one in changes] + [one.decided_by_id for one in changes]
    return people.names(ids)


def told_by(ticket: Ticket) -> list[str]:
    """Who would be told now and how: the names of accounts, and the caller's channels."""
    if ticket.drill:
        return []
    accounts = [one.name for one in tickets.accounts_to_tell(ticket)]
    ways = [formats.channel(way) for way in tickets.ways_to(ticket)]
    caller = [gettext("the caller (%(ways)s)", ways=formats.listed(ways))] if ways else []
    return accounts + caller


def _seeing(ticket: Ticket) -> dict[str, Any]:
    """Who of the company sees the ticket and why, and who could be let see it."""
    readers = queries.readers(ticket)
    seen = {one.person.id for one in readers}
    number = ticket.member_number
    accounts = people.of_member(number) if number else []
    others = [one for one in accounts if one.id not in seen]
    return {"why": WHY, "readers": readers, "others": others}
