"""Commands: each opens one transaction, prints plainly, and ends non-zero when it fails."""

from collections.abc import Callable
from importlib import import_module

import click
from flask.cli import AppGroup

GROUPS = (
    "audit",
    "backup",
    "calendar",
    "call",
    "config",
    "demo",
    "duty",
    "followup",
    "integrity",
    "member",
    "notice",
    "page",
    "person",
    "report",
    "route",
    "search",
    "state",
    "ticket",
    "token",
    "vendor",
    "worker",
)
"""One module each; its ``commands`` are what `flask` learns from it."""


class Commands(AppGroup):
    """All of them, read in when the first is asked for: a web server never asks.

    ``also`` attaches the commands of libraries at the same moment.
    """

    def __init__(self, name: str, *, also: Callable[[], object]) -> None:
        super().__init__(name)
        self._also = also
        self._complete = False

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        self._read_in()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; None when there is none."""
        self._read_in()
        return super().get_command(ctx, cmd_name)

    def _read_in(self) -> None:
        if self._complete:
            return
        self._complete = True
        self._also()
        for name in GROUPS:
            for command in import_module(f"hotline.cli.{name}").commands:
                self.add_command(command)
