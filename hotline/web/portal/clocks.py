"""The legal clocks of a ticket for its member: what law, by when, and who files the report."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotline.deadlines import queries
from hotline.deadlines.rules import Kind, Status
from hotline.errors import N_
from hotline.people.models import Person
from hotline.tickets.models import Ticket
from hotline.web.deadlines.clocks import Drawn, drawn
from hotline.web.portal import frame


@dataclass(frozen=True)
class Told:
    """A legal clock for somebody who never heard of it."""

    report: str
    law: str


_APPI = N_("Act on the Protection of Personal Information, article 26")
_NUMBER = N_("My Number Act, article 29-4")

TOLD = {
    Kind.APPI_PRELIMINARY: Told(
        N_("First report to the Personal Information Protection Commission"), _APPI
    ),
    Kind.APPI_FINAL: Told(
        N_("Final report to the Personal Information Protection Commission"), _APPI
    ),
    Kind.MY_NUMBER_PRELIMINARY: Told(
        N_("First report about My Numbers to the Personal Information Protection Commission"),
        _NUMBER,
    ),
    Kind.MY_NUMBER_FINAL: Told(
        N_("Final report about My Numbers to the Personal Information Protection Commission"),
        _NUMBER,
    ),
    Kind.GDPR_72H: Told(
        N_("Report to the data protection authority in the EU"), N_("GDPR, article 33")
    ),
}


@dataclass(frozen=True)
class Row:
    """One clock as it is drawn, and what it is about."""

    told: Told
    drawn: Drawn


@frame.part
def shown(ticket: Ticket, viewer: Person, *, now: datetime) -> Mapping[str, Any]:
    """The clocks that run, first due first, then those that have ended."""
    found = sorted(queries.of_ticket(ticket.id), key=lambda one: one.status != Status.RUNNING)
    rows = [Row(TOLD[Kind(one.kind)], drawn(one, now=now, drill=ticket.drill)) for one in found]
    return {"rows": rows, "are_running": any(row.drawn.runs for row in rows)}
