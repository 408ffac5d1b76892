"""The ways a ticket may go from here, and the ways to its caller."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from hotline import policy, together
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.people.rules import DESK
from hotline.tickets import queries, rules
from hotline.tickets.models import Ticket
from hotline.tickets.rules import Reachable, ReferralsPolicy, Status

PATH = (
    Status.HEARING,
    Status.ADVISED,
    Status.COORDINATING,
    Status.RESPONDING,
    Status.SETTLING,
)
"""The statuses between the call and the end, in the order in which a ticket passes them."""


def of_ticket(ticket: Ticket, viewer: Person) -> dict[str, Any]:
    """Where the ticket may go from here, and who may be responsible."""
    status = Status(ticket.status)
    may = rules.NEXT[status]
    backward = [one for one in PATH if one in may and rules.needs_reason(status, one)]
    may_act = bool(viewer.roles & DESK)
    reachable, said_in, named = together.ask(
        lambda: None if ticket.drill else queries.contacts_of(ticket),
        lambda: None if ticket.drill else queries.unsafe_said_in(ticket),
        lambda: coordinators() if may_act else [],
    )
    return {
        "may_act": may_act,
        "may_be_responsible": bool(viewer.roles & rules.RESPONSIBLE),
        "path": PATH,
        "may": may,
        "forward": [one for one in PATH if one in may and one not in backward],
        "backward": backward,
        "closing_needs_reason": rules.needs_reason(status, Status.CLOSED),
        "has_ended": status in rules.ENDED,
        "reached_by": _reached_by(ticket, reachable),
        "phones": _phones(reachable),
        "unsafe_said_in": said_in,
        "severities": tuple(rules.Severity),
        "referrals": policy.get(ReferralsPolicy).referral,
        "coordinators": named,
    }


def coordinators() -> list[Person]:
    """Everybody who can be responsible for a ticket, by name."""
    held = together.ask(*(partial(people.with_role, role) for role in rules.RESPONSIBLE))
    found = {one.id: one for of_role in held for one in of_role}
    return sorted(found.values(), key=lambda one: (one.name, one.id))


def _phones(reachable: Reachable | None) -> Mapping[str, str]:
    """Which phones of the caller may be rung, the first to try first; in a drill none."""
    return rules.phones(reachable, policy.get(rules.ReachingPolicy)) if reachable else {}


def _reached_by(ticket: Ticket, reachable: Reachable | None) -> tuple[str, ...]:
    """The channels by which its caller can be sent something; none for a drill and an ended one."""
    if reachable is None or ticket.status in rules.ENDED:
        return ()
    return tuple(rules.reach(reachable, policy.get(rules.ReachingPolicy)))
