"""Put on record what lies in the store."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hotline import policy
from hotline.db import db, hold_name
from hotline.evidence import queries, rules
from hotline.evidence.models import File
from hotline.evidence.rules import EvidencePolicy, Kept, Scan, Source, Touch, Used
from hotline.evidence.service.holding import touched
from hotline.notices import service as notices
from hotline.notices.rules import RESPONSIBLE, Kind
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event

OPAQUE = "application/octet-stream"
TOGETHER = timedelta(minutes=5)
"""What comes in so many minutes is told in one notice."""

A_DAY = timedelta(days=1)

HASH_START = 12
"""So many digits of the hash stand in the story; all of them on the file's page."""


@dataclass(frozen=True)
class Sent:
    """What somebody sends for a ticket: under which name, for which ticket, and how.

    ``by_id`` is the account; ``link_id`` the upload link where there is none.
    """

    name: str
    ticket_id: int
    number: str
    source: Source
    by_id: int | None = None
    link_id: int | None = None

    @property
    def subject(self) -> str:
        """What the file belongs to."""
        if self.link_id is not None:
            return rules.link_subject(self.link_id)
        return f"ticket:{self.number}"


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
    scan: Scan = Scan.EXEMPT,
) -> File:
    """Put on record a file that lies in the store already: what is committed can be found there.

    ``subject`` is what it belongs to, for example "call:12"; ``scan`` where it stands at first,
    as ``rules.first_scan`` says.
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
        scan=scan,
        scan_at=now if scan is Scan.WAITING else None,
    )
    db.session.add(file)
    db.session.flush()
    touched(file, Touch.RECEIVED, by_id=by_id, now=now, source=str(source))
    return file


def room_for(sent: Sent, *, now: datetime, size: int = 1) -> int:
    """How many bytes may still come for this ticket from this sender.

    Raises Refused, saying why, where fewer than ``size`` may.
    """
    by_link = sent.link_id is not None
    sender = (
        queries.used_by_subject(sent.subject)
        if by_link
        else queries.used_by_person(sent.ticket_id, sent.by_id)
    )
    used, today = queries.used_by_ticket(sent.ticket_id), _used_today(sent, now=now)
    ends = rules.ends(policy.get(EvidencePolicy), used, sender, today, by_link=by_link)
    return rules.room(ends, size)


def _used_today(sent: Sent, *, now: datetime) -> Used | None:
    """What this sender sent within a day; None for the desk.

    Whoever holds a code makes as many links as they like: all of them are one sender.
    """
    if sent.source not in rules.OF_THE_MEMBER:
        return None
    if sent.link_id is None:
        return queries.used_by_person(sent.ticket_id, sent.by_id, since=now - A_DAY)
    link = queries.link_by_id(sent.link_id)
    if link is None or link.made_by_id is not None:
        return queries.used_by_subject(sent.subject, since=now - A_DAY)
    return queries.used_by_codes(sent.ticket_id, since=now - A_DAY)


def take_in(kept: Kept, sent: Sent, *, scan: Scan, now: datetime) -> File:
    """Put on record what was sent for a ticket; whoever is responsible is told.

    The same bytes under the same name from the same sender are the file that is there already:
    whoever did not hear our answer may simply send it again. Raises Refused when there is no
    room, also where two files came at once.
    """
    hold_name(hashlib.sha256(f"evidence of {sent.ticket_id}".encode()).hexdigest())
    known = queries.same(kept.sha256, sent.subject, rules.safe_name(sent.name), sent.by_id)
    if known is not None:
        touched(known, Touch.RECEIVED, by_id=sent.by_id, now=now, source=str(sent.source))
        return known
    room_for(sent, now=now, size=kept.size)
    file = receive(
        kept,
        name=sent.name,
        media_type=OPAQUE,
        subject=sent.subject,
        source=sent.source,
        by_id=sent.by_id,
        now=now,
        ticket_id=sent.ticket_id,
        scan=scan,
    )
    facts = {"file": file.id, "sha256": file.sha256[:HASH_START]}
    timeline.write(
        sent.ticket_id, Event.FILE_RECEIVED, at=now, by_id=sent.by_id,
        subject=rules.subject(file.id), facts=facts,
    )  # fmt: skip
    if sent.source in rules.OF_THE_MEMBER:
        _tell(sent, now=now)
    return file


def _tell(sent: Sent, *, now: datetime) -> None:
    since = datetime.min.replace(tzinfo=UTC)
    notices.tell(
        f"ticket:{sent.number}",
        Kind.FILE_RECEIVED,
        audience=RESPONSIBLE,
        due_at=now + TOGETHER - (now - since) % TOGETHER,
        facts={"number": sent.number},
        now=now,
    )
