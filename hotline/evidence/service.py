"""Receive a file, hand it out, and write down every hand that touched it."""

from datetime import datetime

from sqlalchemy import select

from hotline.audit import service as audit
from hotline.db import db
from hotline.evidence import rules
from hotline.evidence.models import Custody, File
from hotline.evidence.rules import Kept, Source, Touch


def receive(  # noqa: PLR0913 - a file is exactly these facts
    kept: Kept,
    *,
    name: str,
    media_type: str,
    subject: str,
    source: Source,
    by_id: int | None,
    now: datetime,
    ticket_id: int | None = None,
) -> File:
    """Put on record a file that lies in the store already: what is committed can be found there.

    ``subject`` is what it belongs to, for example "call:12".
    """
    file = File(
        sha256=kept.sha256,
        size=kept.size,
        name=rules.safe_name(name),
        media_type=media_type,
        subject=subject,
        ticket_id=ticket_id,
        source=source,
        received_at=now,
    )
    db.session.add(file)
    db.session.flush()
    _touched(file, Touch.RECEIVED, by_id=by_id, now=now, source=str(source))
    return file


def hand_out(file: File, *, by_id: int, now: datetime) -> None:
    """Somebody is given the file, and may have kept a copy."""
    _touched(file, Touch.SENT, by_id=by_id, now=now, to=by_id)


def follow(subject: str, ticket_id: int | None, *, by_id: int | None, now: datetime) -> None:
    """The files of ``subject`` belong to this ticket now; what does already stays as it is."""
    for file in db.session.scalars(select(File).where(File.subject == subject)):
        if file.ticket_id != ticket_id:
            before, file.ticket_id = file.ticket_id, ticket_id
            _touched(file, Touch.MOVED, by_id=by_id, now=now, before=before, after=ticket_id)


def _touched(
    file: File, touch: Touch, *, by_id: int | None, now: datetime, **facts: object
) -> None:
    db.session.add(Custody(file_id=file.id, touch=touch, at=now, by_id=by_id, facts=facts))
    db.session.flush()
    about = rules.subject(file.id)
    audit.write(f"file.{touch}", about, by_id=by_id, now=now, of=file.subject, sha256=file.sha256)
