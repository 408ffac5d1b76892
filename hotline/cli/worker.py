"""``flask worker`` and ``flask tick``: do what is due, for ever or once."""

from dataclasses import replace
from datetime import datetime, timedelta
from math import inf

import click
from flask import current_app
from flask.cli import with_appcontext

from hotline import clock
from hotline.cli.output import MOMENT, local
from hotline.edge import logs
from hotline.edge.identity import settings
from hotline.jobs import kinds
from hotline.jobs.message import Delivery
from hotline.jobs.metronome import Worker
from hotline.jobs.work import prepare
from hotline.notices.rules import LEASE, in_fours


@click.command("worker")
@click.option(
    "--lease",
    type=click.FloatRange(1, 60),
    default=LEASE.total_seconds(),
    show_default=True,
    help="Seconds after which what a dead worker had claimed is taken by another.",
)
@with_appcontext
def worker(lease: float) -> None:
    """Announce promises, deliver notices, seal the audit trail: until it is told to stop.

    Any number of workers may run, on any number of machines. SIGTERM ends it within 20 seconds.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # the app itself
    one = Worker(app)
    work = replace(prepare(settings()), lease=timedelta(seconds=lease), stopping=one.stopping)
    one.run(work)


@click.command("tick")
@click.option("--at", type=MOMENT, help="Do what is due at this time instead of now.")
@with_appcontext
def tick(at: datetime | None) -> None:
    """Do everything that is due, once, and say what was announced."""
    now = at or clock.now()
    sent: list[Delivery] = []
    work = replace(prepare(settings()), now=lambda: now, run_seconds=inf, told=sent.append)
    with logs.quiet():
        failed = [kind for kind in kinds.ONCE if not kinds.run(kind, work)]
    for delivery in sent:
        click.echo(_told(delivery))
    click.echo(f"Everything due at {local(now)} has been done: {len(sent)} told.")
    if failed:
        raise click.ClickException(f"These kinds of work failed, see the log: {', '.join(failed)}")


def _told(delivery: Delivery) -> str:
    number = in_fours(str(delivery.facts.get("number", "")))
    about = " ".join(part for part in (delivery.subject, number) if part)
    return f"{delivery.kind}: {about}, due {local(delivery.due_at)}, told {delivery.address}"


commands = [worker, tick]
