"""Tickets in the terminal: numbers and states, no case text."""

from typing import Any

import click
from flask.cli import AppGroup

from hotline.cli.output import iso, json_option, local, note_read, rows
from hotline.followups import queries as followups
from hotline.tickets import queries
from hotline.tickets.models import Ticket
from hotline.tickets.rules import spaced

group = AppGroup("ticket", help="Tickets.")


@group.command("list")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
@json_option
def list_tickets(limit: int, as_json: bool) -> None:
    """The newest tickets: number, status, case types, when received, when promised."""
    note_read("list:tickets")
    found = queries.newest_of_all(limit)
    promises = followups.of_tickets([ticket.id for ticket in found])
    rows((_row(one, promises[one.id], as_json) for one in found), as_json=as_json)


def _row(ticket: Ticket, promises: list[Any], as_json: bool) -> dict[str, Any]:
    said = iso if as_json else local
    return {
        "number": ticket.number if as_json else spaced(ticket.number),
        "status": ticket.status,
        "severity": ticket.severity,
        "case_types": ticket.case_types if as_json else ",".join(ticket.case_types),
        "received_at": said(ticket.received_at),
        "promised_at": said(promises[-1].due_at) if promises else None,
    }


commands: list[click.Command] = [group]
