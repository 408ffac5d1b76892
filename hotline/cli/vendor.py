"""``flask vendor``: partners on the command line."""

from typing import Any

import click

from hotline import clock
from hotline.api.vendors import VendorOut, shapes
from hotline.cli import output
from hotline.coordination.rules import FUNCTIONS
from hotline.vendors import queries


@click.group("vendor", cls=output.Commands)
def vendor() -> None:
    """Partners: whom there is to ask."""


@vendor.command("list")
@click.option("--function", default="", type=click.Choice(["", *FUNCTIONS]), show_default=False)
@click.option("--q", default="", type=output.WORDS, help="Any part of name, reading or code.")
@output.json_option
def list_(function: str, q: str, *, as_json: bool) -> None:
    """List partners by code, those that were withdrawn last."""
    output.note_read("list:vendors", q=q)
    shown = VendorOut(many=True).dump(shapes(queries.search(q, function=function), now=clock.now()))
    output.rows(shown if as_json else map(_short, shown), as_json=as_json)


def _short(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": one["id"],
        "code": one["code"],
        "name": one["name"],
        "functions": ",".join(each["function"] for each in one["functions"]),
        "open": "yes" if one["open_now"] else "no",
        "load": f"{one['load']}/{one['capacity']}",
        "asked": "yes" if one["may_be_asked"] else "no",
    }


commands = [vendor]
