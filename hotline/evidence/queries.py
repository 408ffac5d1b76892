"""Reading files and their custody; their bytes lie in the store."""

from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, exists, func, select

from hotline.db import db
from hotline.evidence import rules
from hotline.evidence.models import Custody, File, UploadLink
from hotline.evidence.rules import Scan, Touch, Used


def by_id(file_id: int) -> File | None:
    """The file, or None."""
    return db.session.get(File, file_id)


def every_file() -> list[File]:
    """All files on record, the first one first."""
    return list(db.session.scalars(select(File).order_by(File.id)))


def custody_of(file_id: int) -> list[Custody]:
    """Every hand that touched the file, in order."""
    query = select(Custody).where(Custody.file_id == file_id).order_by(Custody.id)
    return list(db.session.scalars(query))


def of_ticket(ticket_id: int) -> list[File]:
    """Every file of a ticket, the newest first."""
    query = select(File).where(File.ticket_id == ticket_id).order_by(File.id.desc())
    return list(db.session.scalars(query))


def seen_by_member(ticket_id: int) -> list[File]:
    """What the member's side sent for a ticket and what was shared with it, the newest first."""
    return [file for file in of_ticket(ticket_id) if is_seen_by_member(file)]


def is_seen_by_member(file: File) -> bool:
    """Whether whoever sees the ticket for the member sees this file of it."""
    return file.source in rules.OF_THE_MEMBER or file.shared_at is not None


def by_link(link_id: int) -> list[File]:
    """What came by one upload link, the newest first."""
    about = rules.link_subject(link_id)
    query = select(File).where(File.subject == about).order_by(File.id.desc())
    return list(db.session.scalars(query))


def quarantined(ticket_id: int) -> int:
    """How many files of a ticket are in quarantine."""
    return db.session.scalar(_QUARANTINED, {"ticket_id": ticket_id}) or 0


_QUARANTINED = select(func.count()).where(
    File.ticket_id == bindparam("ticket_id"), File.scan.not_in(rules.FREE)
)


def scan_is_due(now: datetime) -> bool:
    """Whether a file waits for the scanner: a cheap look that takes no lock."""
    query = select(File.id).where(File.scan_at.is_not(None), File.scan_at <= now).limit(1)
    return db.session.scalar(query) is not None


def waiting_count() -> int:
    """How many files wait for the scanner."""
    return db.session.scalar(select(func.count()).where(File.scan == Scan.WAITING)) or 0


def used_by_ticket(ticket_id: int) -> Used:
    """What was sent for a ticket so far."""
    return _used(File.ticket_id == ticket_id)


def used_by_person(ticket_id: int, person_id: int | None, *, since: datetime | None = None) -> Used:
    """What one person sent for a ticket so far, or after a moment."""
    own = exists().where(
        Custody.file_id == File.id, Custody.touch == Touch.RECEIVED, Custody.by_id == person_id
    )
    return _used((File.ticket_id == ticket_id) & own, since)


def used_by_subject(subject: str, *, since: datetime | None = None) -> Used:
    """What came by one upload link so far, or after a moment."""
    return _used(File.subject == subject, since)


def used_by_codes(ticket_id: int, *, since: datetime) -> Used:
    """What came after a moment by all links that were made behind codes of a ticket."""
    made = select(UploadLink.id).where(
        UploadLink.ticket_id == ticket_id, UploadLink.made_by_id.is_(None)
    )
    subjects = [rules.link_subject(link_id) for link_id in db.session.scalars(made)]
    return _used(File.subject.in_(subjects), since)


def same(sha256: str, subject: str, name: str, by_id: int | None) -> File | None:
    """The file of these bytes that this sender sent before under this name."""
    first = exists().where(
        Custody.file_id == File.id,
        Custody.touch == Touch.RECEIVED,
        Custody.by_id.is_not_distinct_from(by_id),
    )
    query = select(File).where(
        File.sha256 == sha256, File.subject == subject, File.name == name, first
    )
    return db.session.scalar(query.order_by(File.id).limit(1))


def links_of(ticket_id: int) -> list[UploadLink]:
    """Every upload link of a ticket, the newest first."""
    query = select(UploadLink).where(UploadLink.ticket_id == ticket_id)
    return list(db.session.scalars(query.order_by(UploadLink.id.desc())))


def link_by_id(link_id: int) -> UploadLink | None:
    """The upload link, or None."""
    return db.session.get(UploadLink, link_id)


def is_open(link: UploadLink, *, now: datetime) -> bool:
    """Whether something can be sent by this link."""
    return link.ended_at is None and now < link.expires_at


def _used(which: ColumnElement[bool], since: datetime | None = None) -> Used:
    counted = which & File.source.in_(rules.COUNTED)
    if since is not None:
        counted &= File.received_at > since
    files, size = db.session.execute(
        select(func.count(), func.coalesce(func.sum(File.size), 0)).where(counted)
    ).one()
    return Used(files, int(size))
