"""``flask audit``: whether the trail is whole."""

import json

import click

from hotline.audit import queries
from hotline.cli.output import json_option


@click.group("audit")
def audit() -> None:
    """The tamper-evident record."""


@audit.command("verify")
@json_option
def verify(as_json: bool) -> None:
    """Find the first entry that is missing, altered or out of order."""
    broken = queries.first_broken()
    sealed, waiting = queries.sealed_count(), queries.unsealed_count()
    if as_json:
        found = broken and {"seq": broken.seq, "entry_id": broken.entry_id, "why": broken.why}
        report = {"ok": broken is None, "sealed": sealed, "unsealed": waiting, "broken": found}
        click.echo(json.dumps(report))
    elif broken is None:
        click.echo(f"The trail is whole: {sealed} entries sealed, {waiting} wait for the worker.")
    else:
        click.echo(f"The trail is broken at {broken.seq}: {broken.why}.", err=True)
    if broken is not None:
        raise SystemExit(1)


commands = [audit]
