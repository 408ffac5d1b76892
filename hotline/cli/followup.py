"""``flask followup``: list promises, and make some for drills."""

from datetime import datetime

import click

from hotline import clock
from hotline.calendars import service as calendars
from hotline.calendars.rules import Calendar, Code, ServiceStart, Step
from hotline.cli import output
from hotline.duty.rules import LinesPolicy
from hotline.edge.identity import settings
from hotline.followups import queries
from hotline.followups.models import Followup
from hotline.followups.queries import Wanted
from hotline.followups.rules import Status
from hotline.policy import get
from hotline.tickets import queries as ticket_queries
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.rules import CaseTypesPolicy, Report
from hotline.transaction import transaction

MOST = 10_000


@click.group("followup", cls=output.Commands)
def followup() -> None:
    """Promises to call back."""


@followup.command("list")
@click.option("--status", type=click.Choice([status.value for status in Status]))
@click.option("--limit", type=click.IntRange(1, MOST), default=MOST, show_default=True)
@output.json_option
def list_followups(status: str | None, limit: int, as_json: bool) -> None:
    """List promises, first due first."""
    output.note_read("list:followups")
    found = ticket_queries.promises(Wanted(status=status), limit)
    output.rows((_row(one, number) for one, number in found), as_json=as_json)


@followup.command("add")
@click.option("--count", type=click.IntRange(1, MOST), default=1, show_default=True)
@click.option("--due", type=output.MOMENT, required=True, help="When they are promised for.")
@output.json_option
def add(count: int, due: datetime, as_json: bool) -> None:
    """Open drill tickets, each with one promise for the same moment. Not in production."""
    if settings().in_production:
        raise click.ClickException("This makes drills, and is refused in production.")
    with transaction():
        made = [_drill(due) for _ in range(count)]
        rows = [_row(one, ticket.number) for ticket in made for one in queries.of_ticket(ticket.id)]
    output.rows(rows, as_json=as_json)


def _drill(due: datetime) -> Ticket:
    now, line = clock.now(), get(LinesPolicy).lines[0]
    report = Report(
        line=line.code,
        case_types=(next(iter(get(CaseTypesPolicy).by_code)),),
        received_at=now,
        drill=True,
    )
    start = _start(calendars.current(line.calendar), due, now=now)
    return tickets.open_ticket(report, by_id=None, now=now, start=start)


def _start(calendar: Calendar, due: datetime, *, now: datetime) -> ServiceStart:
    """What the calendar would say if service started at ``due``."""
    received, local = calendar.service_start(now).steps[0], calendar.local(due)
    opens = Step(Code.OPENS, calendar.day(local.date()), local)
    return ServiceStart(now, in_hours=False, at=due, steps=(received, opens), provisional=False)


def _row(one: Followup, number: str) -> dict[str, object]:
    return {
        "id": one.id,
        "ticket": number,
        "due_at": output.iso(one.due_at),
        "status": one.status,
        "announced_at": output.iso(one.announced_at),
        "take_up_by": output.iso(one.take_up_by),
    }


commands = [followup]
