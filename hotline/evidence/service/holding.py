"""Every hand that touches a file is written down, in its custody and in the audit trail."""

from datetime import datetime

from sqlalchemy import select

from hotline.audit import service as audit
from hotline.db import db
from hotline.evidence import rules
from hotline.evidence.models import Custody, File
from hotline.evidence.rules import Touch


def touched(file: File, touch: Touch, *, by_id: int | None, now: datetime, **facts: object) -> None:
    """Add a line; ``facts`` hold codes and ids, never a name of a person or a file."""
    db.session.add(Custody(file_id=file.id, touch=touch, at=now, by_id=by_id, facts=facts))
    db.session.flush()
    about = rules.subject(file.id)
    audit.write(f"file.{touch}", about, by_id=by_id, now=now, of=file.subject, sha256=file.sha256)


def hold(file: File) -> None:
    """One after the other: whoever decides something about a file decides on it as it is."""
    held = select(File).where(File.id == file.id).with_for_update()
    db.session.scalars(held.execution_options(populate_existing=True)).one()
