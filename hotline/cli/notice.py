"""``flask notice``: what was told, what waits, and trying again what did not arrive."""

from collections.abc import Sequence

import click

from hotline import clock
from hotline.cli import output
from hotline.notices import queries, rules
from hotline.notices import service as notices
from hotline.notices.models import Notice
from hotline.notices.rules import Mark, Status
from hotline.transaction import transaction


@click.group("notice", cls=output.Commands)
def notice() -> None:
    """What people are told."""


@notice.command("list")
@click.option("--status", type=click.Choice([status.value for status in Status]))
@output.json_option
def list_notices(status: str | None, as_json: bool) -> None:
    """List notices, the newest moment first."""
    output.note_read("list:notices")
    now = clock.now()
    found = queries.listed(status)
    output.rows((_row(one, rules.marks(one, now=now)) for one in found), as_json=as_json)


@notice.command("retry")
@click.argument("notice_id", type=int)
def retry(notice_id: int) -> None:
    """Try again, now, what was refused or given up."""
    with transaction():
        notices.retry(notice_id, by_id=None, now=clock.now())
    click.echo(f"Notice {notice_id} is tried again by the next worker.")


def _row(one: Notice, marks: Sequence[Mark]) -> dict[str, object]:
    open_ = one.status in rules.OPEN
    return {
        "id": one.id,
        "status": one.status,
        "marks": ", ".join(marks) or None,
        "kind": one.kind,
        "subject": one.subject,
        "to": one.audience if one.person_id is None else f"person:{one.person_id}",
        "due_at": output.iso(one.due_at),
        "sent_at": output.iso(one.sent_at),
        "next_look_at": output.iso(one.wake_at) if open_ else None,
        "attempts": one.attempts,
        "failures": one.failures,
        "last_error": one.last_error or None,
        "channel": one.channel,
        "dedup_key": one.dedup_key,
    }


commands = [notice]
