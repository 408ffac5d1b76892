"""``flask duty``: the roster."""

from datetime import datetime

import click

from hotline import clock
from hotline.cli.output import MOMENT, Commands, iso, json_option, local, note_read, rows
from hotline.duty import queries, service
from hotline.duty.queries import Duty
from hotline.duty.rules import DUTIES
from hotline.people import queries as people
from hotline.transaction import transaction


@click.group(cls=Commands)
def duty() -> None:
    """Who is on duty and is rung."""


@duty.command("list")
@click.option("--at", type=MOMENT, help="Who is on duty then, and after; else now.")
@json_option
def list_(at: datetime | None, *, as_json: bool) -> None:
    """Print who is on duty, and the shifts to come."""
    note_read("list:duty")
    at = at or clock.now()
    found = [*queries.current(at), *queries.coming(at)]
    rows((_row(one, as_json=as_json) for one in found), as_json=as_json)


@duty.command()
@click.option("--email", required=True)
@click.option("--line", required=True)
@click.option("--role", required=True, type=click.Choice([str(role) for role in DUTIES]))
@click.option("--from", "starts_at", required=True, type=MOMENT)
@click.option("--to", "ends_at", required=True, type=MOMENT)
def add(email: str, line: str, role: str, *, starts_at: datetime, ends_at: datetime) -> None:
    """Put somebody on duty."""
    with transaction():
        someone = people.by_email(email)
        shift = service.add(
            someone.id if someone else 0,
            line,
            role,
            starts_at=starts_at,
            ends_at=ends_at,
            by_id=None,
            now=clock.now(),
        )
    click.echo(f"{email} is on duty for {line} as {role}: shift {shift.id}.")


def _row(one: Duty, *, as_json: bool) -> dict[str, object]:
    when = iso if as_json else local
    return {
        "id": one.shift.id,
        "line": one.shift.line,
        "role": one.shift.role,
        "from": when(one.shift.starts_at),
        "to": when(one.shift.ends_at),
        "email": one.person.email,
        "name": one.person.name,
    }


commands = [duty]
