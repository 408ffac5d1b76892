"""Links by which somebody without an account may send files for one ticket."""

from datetime import datetime

from hotline import policy
from hotline.audit import service as audit
from hotline.db import db
from hotline.evidence import rules
from hotline.evidence.models import UploadLink
from hotline.evidence.rules import EvidencePolicy
from hotline.notices import service as notices
from hotline.notices.rules import Kind


def open_link(ticket_id: int, *, by_id: int | None, now: datetime) -> UploadLink:
    """Make one, good for the hours of the policy.

    ``by_id`` is None when the caller opens it behind a code that was sent to the phone.
    """
    until = now + policy.get(EvidencePolicy).link_life
    link = UploadLink(ticket_id=ticket_id, made_at=now, made_by_id=by_id, expires_at=until)
    db.session.add(link)
    db.session.flush()
    audit.write("upload_link.opened", rules.link_subject(link.id), by_id=by_id, now=now)
    return link


def end_link(link: UploadLink, *, by_id: int | None, now: datetime) -> None:
    """Take it back: nothing can be sent by it any more, and nobody is sent it."""
    if link.ended_at is not None:
        return
    link.ended_at = now
    db.session.flush()
    about = rules.link_subject(link.id)
    notices.withdraw(about, {Kind.UPLOAD_LINK})
    audit.write("upload_link.ended", about, by_id=by_id, now=now)
