"""Which addresses there are, and who may use them."""

import click
from flask import current_app
from flask.cli import AppGroup

from hotline.cli.output import json_option, rows
from hotline.edge.access import routes

group = AppGroup("route", help="Addresses of the application.")


@group.command("list")
@json_option
def list_routes(as_json: bool) -> None:
    """Every rule with its methods, endpoint and who may use it."""
    rows(routes(current_app), as_json=as_json)


commands: list[click.Command] = [group]
