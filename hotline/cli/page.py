"""``flask page``: what cannot wait, who was rung for it, and who has it."""

import click

from hotline import clock
from hotline.cli.output import Commands, iso, json_option, local, note_read, rows
from hotline.duty import queries
from hotline.duty.models import Page
from hotline.followups import service as followups
from hotline.people import queries as people
from hotline.transaction import transaction


@click.group(cls=Commands)
def page() -> None:
    """What cannot wait: one person after the other is rung until somebody takes it."""


@page.command("list")
@click.option("--all", "everything", is_flag=True, help="Also those that are over.")
@json_option
def list_(*, everything: bool, as_json: bool) -> None:
    """Print what somebody is being rung for, the oldest first."""
    note_read("list:pages")
    found = queries.all_pages() if everything else queries.open_pages()
    rows((_row(one, as_json=as_json) for one in found), as_json=as_json)


@page.command()
@click.argument("page_id", metavar="ID", type=click.IntRange(1))
@click.option("--email", required=True, help="Who takes it: a coordinator or a supervisor.")
def take(page_id: int, email: str) -> None:
    """Take it for somebody, as the key on the telephone does: nobody else is rung."""
    with transaction():
        someone = people.by_email(email)
        taken = followups.take_page(page_id, by_id=someone.id if someone else 0, now=clock.now())
    click.echo(f"{email} has page {page_id}, about ticket {taken.number}.")


def _row(one: Page, *, as_json: bool) -> dict[str, object]:
    when = iso if as_json else local
    rings = queries.rings_of(one.id)
    names = people.names([*(ring.person_id for ring in rings), one.ended_by_id])
    rung = [names.get(ring.person_id, "") for ring in rings]
    return {
        "id": one.id,
        "ticket": one.number,
        "cause": one.cause,
        "status": one.status,
        "opened_at": when(one.opened_at),
        "rounds": one.rounds,
        "rung": rung if as_json else ", ".join(rung),
        "ended_by": names.get(one.ended_by_id),
        "next_at": when(one.wake_at) if one.ended_at is None else None,
    }


commands = [page]
