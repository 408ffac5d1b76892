"""What the address of the board asks for, and which rows answer."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import request, url_for

from hotline import policy
from hotline.duty.rules import LinesPolicy
from hotline.errors import N_, Invalid, Problem
from hotline.people.models import Person
from hotline.tickets.models import Ticket
from hotline.tickets.rules import CaseTypesPolicy, Severity

GRAVE = "high"
"""P1 and P2 together."""

SEVERITIES: Mapping[str, frozenset[str]] = {
    GRAVE: frozenset({Severity.P1, Severity.P2}),
    **{one.value: frozenset({one.value}) for one in Severity},
}

WHOSE = ("me", "nobody")
LATER = ("all",)


@dataclass(frozen=True)
class Asked:
    """What the address asks for, and who asks."""

    viewer_id: int
    given: Mapping[str, str] = field(default_factory=dict)

    def wants(self, ticket: Ticket, who: Iterable[int | None], *, but: str = "") -> bool:
        """Whether something on this ticket is asked for that is the work of ``who``.

        ``but`` is a filter that does not count: what would be there with another choice of it.
        """
        return all(
            FILTERS[name](self, value, ticket, set(who))
            for name, value in self.given.items()
            if name in FILTERS and name != but
        )

    @property
    def shows_all_later(self) -> bool:
        return self.given.get("later") == "all"

    def link(self, **changes: str) -> str:
        """The board with other choices; "" takes one away."""
        merged: dict[str, Any] = {**self.given, **changes}
        given = {name: one for name, one in merged.items() if one}
        return url_for("board.show", **given)


def _whose(asked: Asked, value: str, ticket: Ticket, who: set[int | None]) -> bool:
    known = (who | {ticket.coordinator_id}) - {None}
    return asked.viewer_id in known if value == "me" else not known


FILTERS: Mapping[str, Callable[[Asked, str, Ticket, set[int | None]], bool]] = {
    "who": _whose,
    "case_type": lambda _asked, value, ticket, _who: value in ticket.case_types,
    "severity": lambda _asked, value, ticket, _who: ticket.severity in SEVERITIES[value],
    "line": lambda _asked, value, ticket, _who: ticket.line == value,
}
"""Name of a filter to whether a ticket passes it."""


def choices() -> dict[str, tuple[str, ...]]:
    """Name of a filter to the codes it knows."""
    return {
        "who": WHOSE,
        "case_type": tuple(policy.get(CaseTypesPolicy).by_code),
        "severity": tuple(SEVERITIES),
        "line": policy.get(LinesPolicy).codes,
        "later": LATER,
    }


def read(viewer: Person) -> Asked:
    """What the address asks for. Raises Invalid for a choice there is none of."""
    known = choices()
    given = {name: request.args.get(name, "").strip() for name in known}
    problems = {
        name: Problem(N_("There is no such choice."))
        for name, value in given.items()
        if value and value not in known[name]
    }
    if problems:
        raise Invalid(problems)
    return Asked(viewer.id, {name: value for name, value in given.items() if value})


def counted(asked: Asked, tickets: Iterable[tuple[Ticket, Iterable[int | None]]]) -> Counter[str]:
    """How much there is to do for me, for everybody (""), and what is nobody's yet."""
    found: Counter[str] = Counter()
    for ticket, who in tickets:
        people = set(who)
        if asked.wants(ticket, people, but="who"):
            found[""] += 1
            found.update(one for one in WHOSE if _whose(asked, one, ticket, people))
    return found
