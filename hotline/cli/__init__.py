"""Commands: each opens one transaction, prints plainly, and ends non-zero when it fails."""

from importlib import import_module

from flask import Flask

GROUPS = (
    "audit",
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
    "route",
    "search",
    "state",
    "ticket",
    "token",
    "vendor",
    "worker",
)
"""One module each; its ``commands`` are what `flask` learns from it."""


def register(app: Flask) -> None:
    """Attach every command to ``flask``."""
    for name in GROUPS:
        for command in import_module(f"hotline.cli.{name}").commands:
            app.cli.add_command(command)
