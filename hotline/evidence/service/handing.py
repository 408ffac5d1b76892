"""Hand files out, let the member see them, and move them to where their call went."""

from datetime import datetime

from sqlalchemy import select

from hotline.db import db
from hotline.errors import N_, Refused
from hotline.evidence import rules
from hotline.evidence.models import File
from hotline.evidence.rules import Touch
from hotline.evidence.service.holding import hold, touched
from hotline.evidence.service.receiving import HASH_START
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event

IN_QUARANTINE = N_("This file is in quarantine: only what a scanner has cleared is shared.")
ITS_OWN = N_("The member sent this file, and sees it already.")


def hand_out(file: File, *, by_id: int | None, now: datetime, sample: bool = False) -> None:
    """Somebody is given the file, and may have kept a copy; ``sample``: locked in a zip."""
    touched(file, Touch.SENT, by_id=by_id, now=now, to=by_id, sample=sample)


def share(file: File, *, by_id: int, now: datetime) -> None:
    """Let the member see and fetch it. Raises Refused for what is in quarantine."""
    hold(file)
    if file.source in rules.OF_THE_MEMBER:
        raise Refused(ITS_OWN)
    if not rules.is_free(file.scan):
        raise Refused(IN_QUARANTINE)
    if file.shared_at is not None:
        return
    file.shared_at, file.shared_by_id = now, by_id
    touched(file, Touch.SHARED, by_id=by_id, now=now)
    _line(file, Event.FILE_SHARED, by_id=by_id, now=now)


def unshare(file: File, *, by_id: int, now: datetime) -> None:
    """The member does not see it any more; what was fetched before stays on record."""
    hold(file)
    if file.shared_at is None:
        return
    file.shared_at = file.shared_by_id = None
    touched(file, Touch.UNSHARED, by_id=by_id, now=now)
    _line(file, Event.FILE_UNSHARED, by_id=by_id, now=now)


def released(file: File, vendor_id: int, *, by_id: int, now: datetime) -> None:
    """A partner may fetch it from now on."""
    touched(file, Touch.RELEASED, by_id=by_id, now=now, vendor=vendor_id)


def withheld(file: File, vendor_id: int, *, by_id: int, now: datetime) -> None:
    """That partner may not fetch it any more."""
    touched(file, Touch.WITHHELD, by_id=by_id, now=now, vendor=vendor_id)


def follow(subject: str, ticket_id: int | None, *, by_id: int | None, now: datetime) -> None:
    """The files of ``subject`` belong to this ticket now; what does already stays as it is."""
    for file in db.session.scalars(select(File).where(File.subject == subject)):
        if file.ticket_id != ticket_id:
            before, file.ticket_id = file.ticket_id, ticket_id
            touched(file, Touch.MOVED, by_id=by_id, now=now, before=before, after=ticket_id)


def _line(file: File, event: Event, *, by_id: int, now: datetime) -> None:
    if file.ticket_id is None:
        return
    timeline.write(
        file.ticket_id, event, at=now, by_id=by_id, subject=rules.subject(file.id),
        facts={"file": file.id, "sha256": file.sha256[:HASH_START]},
    )  # fmt: skip
