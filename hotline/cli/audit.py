"""``flask audit``: whether the trail is whole."""

import json
from typing import Any

import click

from hotline import clock
from hotline.audit import queries, rules
from hotline.audit.rules import Anchor
from hotline.cli.output import json_option


class Place(click.ParamType[Anchor]):
    """A place of the chain as ``audit verify`` prints it: SEQ:DIGEST."""

    name = "SEQ:DIGEST"

    def convert(self, value: Any, param: Any, ctx: Any) -> Anchor:
        """The number and the digest; any other shape is refused."""
        try:
            return Anchor.parse(value)
        except ValueError as error:
            self.fail(f"{value!r} is {error}", param, ctx)


@click.group("audit")
def audit() -> None:
    """The tamper-evident record."""


@audit.command("verify")
@click.option("--expect", type=Place(), help="A head noted earlier, which must be in the chain.")
@json_option
def verify(expect: Anchor | None, as_json: bool) -> None:
    """Find the first entry that is missing, altered or out of order."""
    verdict = queries.verify(expect)
    waiting = queries.unsealed_count()
    overdue = queries.unsealed_count(before=clock.now() - rules.SEALED_WITHIN)
    end, broken = verdict.end, verdict.broken
    whole = broken is None and not overdue
    if as_json:
        found = broken and {"seq": broken.seq, "entry_id": broken.entry_id, "why": broken.why}
        report = {"ok": whole, "head": str(end), "sealed": end.seq, "unsealed": waiting}
        click.echo(json.dumps({**report, "overdue": overdue, "broken": found}))
    elif whole:
        click.echo(f"The trail is whole: {end.seq} entries sealed, {waiting} wait for the worker.")
        click.echo(f"Head: {end}")
    if broken is not None and not as_json:
        click.echo(f"The trail is broken at {broken.seq}: {broken.why}.", err=True)
    if overdue and not as_json:
        click.echo(f"{overdue} entries have had no seal for more than 5 minutes.", err=True)
    if not whole:
        raise SystemExit(1)


commands = [audit]
