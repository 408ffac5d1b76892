"""``flask search``: what the search box finds things by."""

import json
from collections.abc import Callable

import click

from hotline.cli.output import Commands, json_option
from hotline.members import service as members
from hotline.tickets import service as tickets
from hotline.transaction import transaction

AT_ONCE = 200
"""Rows of one transaction: a batch holds nobody up."""

Rewrite = Callable[[int, int], tuple[int, int]]

PARTS: dict[str, Rewrite] = {"companies": members.find_again, "tickets": tickets.find_again}


@click.group("search", cls=Commands)
def search() -> None:
    """What the search box finds things by."""


@search.command("rebuild")
@json_option
def rebuild(as_json: bool) -> None:
    """Write the search keys of all companies and tickets anew; needed after an upgrade."""
    done = {name: _rewrite(one, quiet=as_json, name=name) for name, one in PARTS.items()}
    if as_json:
        click.echo(json.dumps(done))
        return
    click.echo(f"{done['companies']} companies and {done['tickets']} tickets can be found.")


def _rewrite(rewrite: Rewrite, *, quiet: bool, name: str) -> int:
    """Batch after batch, each in a transaction of its own; how many rows there were."""
    total, last = 0, 0
    while True:
        with transaction():
            rows, last = rewrite(last, AT_ONCE)
        total += rows
        if rows < AT_ONCE:
            return total
        if not quiet:
            click.echo(f"{total} {name} …", err=True)


commands = [search]
