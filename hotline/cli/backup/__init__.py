"""``flask backup`` and ``flask restore``: everything in a folder, and back from it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import func, select

from hotline import clock
from hotline.audit import queries as trail
from hotline.audit import service as audit
from hotline.audit.rules import Anchor
from hotline.cli import integrity, state
from hotline.cli.backup import making, manifest, restoring, revisions
from hotline.cli.backup.manifest import Manifest
from hotline.cli.integrity.finding import Finding
from hotline.cli.output import iso, json_option, local, note_read
from hotline.db import db
from hotline.edge import logs
from hotline.edge.identity import settings
from hotline.followups.models import Followup
from hotline.followups.rules import Status
from hotline.transaction import transaction

NOT_WHOLE = 3
"""How a command ends whose work is done, but something must be looked at."""

APART = (
    "Not in it: .env with its secrets, config/, the log. Keep those apart, and this folder shut."
)


@dataclass(frozen=True)
class Verdict:
    """What was found once everything was back."""

    state_is_equal: bool
    trail_is_whole: bool
    late: int
    findings: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nobody needs to look at anything."""
        return self.state_is_equal and self.trail_is_whole and not self.findings


@click.command("backup")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@json_option
@with_appcontext
def backup(folder: Path, as_json: bool) -> None:
    """Write everything to the new folder DIR while the hotline runs; nothing is overwritten.

    Ends with 0 when it is whole, with 1 when none was made, and with 3 when it was made and files
    on record were missing or altered already.
    """
    now = clock.now()
    with logs.quiet():
        making.check_revision()
        note_read("database", backup=True)
        made = making.make(folder.absolute(), settings(), now=now)
    digest = manifest.digest_of(folder / manifest.NAME)
    if as_json:
        told = made.model_dump(mode="json", exclude={"parts", "tables", "key"})
        click.echo(json.dumps({**told, "rows": made.rows, "size": made.size, "manifest": digest}))
    else:
        _tell_made(folder, made, digest)
    if made.lacking:
        raise SystemExit(NOT_WHOLE)


@click.command("restore")
@click.argument(
    "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="DIR"
)
@click.option("--expect", metavar="SHA256", help="The digest of the manifest, noted elsewhere.")
@click.option(
    "--other-key", is_flag=True, help="Although HOTLINE_SECRET_KEY is not the one of the backup."
)
@json_option
@with_appcontext
def restore(folder: Path, expect: str | None, other_key: bool, as_json: bool) -> None:
    """Put the backup in DIR back into an empty database and an empty file store.

    Every byte is looked at before anything is written. Ends with 0 when all is sound, with 1 when
    nothing was put back, and with 3 when everything is back and something must be looked at.
    """
    with logs.quiet():
        given = restoring.checked(folder.absolute(), expected=expect, other_key=other_key)
        restoring.check_target(given, settings())
        restoring.put_back(given, settings())
    verdict = _verdict(given.manifest)
    digest = manifest.digest_of(folder / manifest.NAME)
    with transaction():
        audit.write(
            "backup.restored",
            "database",
            by_id=None,
            now=clock.now(),
            made_at=given.manifest.made_at.isoformat(),
            manifest=digest,
        )
    if as_json:
        _print_restored(given.manifest, verdict)
    else:
        _tell_restored(given.manifest, verdict)
    if not verdict.is_sound:
        raise SystemExit(NOT_WHOLE)


def _verdict(found: Manifest) -> Verdict:
    older = found.revision != revisions.newest()  # Its digest was that of other tables.
    late = select(func.count()).where(
        Followup.status == Status.PENDING, Followup.due_at <= clock.now()
    )
    return Verdict(
        state_is_equal=older or state.of_everything(db.session.connection()) == found.state_hash,
        trail_is_whole=trail.verify(Anchor.parse(found.audit_head)).broken is None,
        late=db.session.scalar(late) or 0,
        findings=tuple(integrity.findings()),
    )


def _tell_made(folder: Path, made: Manifest, digest: str) -> None:
    click.echo(
        f"{folder}: {made.rows:,} rows, {made.files:,} files, {made.spool} waiting calls, "
        f"{made.size:,} bytes, as of {local(made.made_at)}."
    )
    click.echo(f"State hash: {made.state_hash}")
    click.echo(f"Audit head: {made.audit_head}")
    click.echo(f"Manifest:   {digest}")
    click.echo(APART)
    for one in made.lacking:
        click.echo(f"file:{one.file} is {one.why} in the store, and not in the backup.", err=True)


def _print_restored(found: Manifest, verdict: Verdict) -> None:
    told = {
        "made_at": iso(found.made_at),
        "rows": found.rows,
        "files": found.files,
        "spool": found.spool,
        "state_hash": found.state_hash,
        "audit_head": found.audit_head,
        "ok": verdict.is_sound,
        **asdict(verdict),
    }
    click.echo(json.dumps(told, ensure_ascii=False))


def _tell_restored(found: Manifest, verdict: Verdict) -> None:
    click.echo(
        f"Back as of {local(found.made_at)}: {found.rows:,} rows, {found.files:,} files, "
        f"{found.spool} waiting calls."
    )
    if not verdict.state_is_equal:
        click.echo("The state hash is not the one of the backup.", err=True)
    if not verdict.trail_is_whole:
        click.echo("The audit trail is not whole: flask audit verify says where.", err=True)
    for one in verdict.findings:
        click.echo(f"{one.where} {one.what}. To do: {one.do}.", err=True)
    click.echo(
        f"{verdict.late} promises are due: start the worker, which announces them at once. "
        "Everybody signs in anew."
    )
    click.echo(
        f"Accounts shut out and tokens revoked after {local(found.made_at)} are good again: "
        "see flask person list."
    )


commands = [backup, restore]
