"""One-time links of invitations and resets: minted when the mail leaves, good once."""

import secrets
from collections.abc import Set
from datetime import datetime

from sqlalchemy import select, update

from hotline.audit import service as audit
from hotline.db import db
from hotline.errors import N_, Refused, Slowed
from hotline.people import queries, rules
from hotline.people.models import OneTimeLink, Person
from hotline.people.rules import LinkKind, subject
from hotline.people.service.passwords import set_password, tried
from hotline.sessions import service as sessions
from hotline.sessions.rules import Kind, Source

DEAD_LINK = N_("This link was used already, or it is too old. Please ask for a new one.")


def request_reset(email: str, *, source: Source, now: datetime) -> Person | None:
    """Whom to send a link to; None when the address is unknown or has had its three mails.

    The asker must not learn which. Raises Slowed for somebody who asks for many.
    """
    key = rules.email_key(email)
    if seconds := sessions.wait(Kind.RESET, key, source, now=now):
        raise Slowed(seconds)
    sessions.note(Kind.RESET, key, source, now=now)
    person = queries.by_email(email)
    allowed = may_mail(key, now=now)
    audit.write("reset.asked", tried(person, key), by_id=None, now=now)
    return person if person is not None and person.disabled_at is None and allowed else None


def mint_link(person_id: int, kind: LinkKind, *, now: datetime) -> str | None:
    """A fresh token for a mail that is about to leave; the older link of this kind is dead.

    Only its hash is kept. None when the person is gone or disabled: then nothing may be sent.
    """
    person = db.session.scalar(select(Person).where(Person.id == person_id).with_for_update())
    if person is None or person.disabled_at is not None:
        return None
    end_links(person_id, kind, now=now)
    token = secrets.token_urlsafe(32)
    db.session.add(
        OneTimeLink(
            person_id=person_id,
            kind=kind,
            token_hash=sessions.hashed(token),
            made_at=now,
            expires_at=rules.link_expires_at(kind, now=now),
        )
    )
    db.session.flush()
    audit.write("link.made", subject(person_id), by_id=None, now=now, kind=kind)
    return token


def use_link(token: str, password: str, *, common: Set[str], now: datetime) -> Person:
    """Set the password of whoever was sent ``token``; all links of the person are dead then.

    Raises Invalid for the password (the link stays good), and Refused for a dead link.
    """
    person = queries.by_link(token, now=now)
    if person is None:
        raise Refused(DEAD_LINK)
    set_password(person, password, common=common, now=now)
    living = update(OneTimeLink).where(
        OneTimeLink.token_hash == sessions.hashed(token), OneTimeLink.used_at.is_(None)
    )
    if db.session.scalar(living.values(used_at=now).returning(OneTimeLink.id)) is None:
        raise Refused(DEAD_LINK)  # Somebody was quicker by a moment.
    end_links(person.id, now=now)
    sessions.forget_failures(person.email_key, Source())
    return person


def may_mail(key: str, *, now: datetime) -> bool:
    """Count one mail with a link to this account; False when it has had three in an hour."""
    # Two requests at once would both see two mails: the row of the account makes them queue.
    db.session.scalar(select(Person.id).where(Person.email_key == key).with_for_update())
    since = now - rules.LINK_MAILS_WITHIN
    if sessions.count_since(Kind.MAIL, key, since) >= rules.LINK_MAILS:
        return False
    sessions.note(Kind.MAIL, key, Source(), now=now)
    db.session.flush()
    return True


def mail_leaves_at(key: str, *, now: datetime) -> datetime:
    """Count one mail with a link to this account; when it may leave: now, or later in the hour.

    For whoever must not learn that the address has had its three mails: it gets them all the same.
    """
    db.session.scalar(select(Person.id).where(Person.email_key == key).with_for_update())
    since = now - rules.LINK_MAILS_WITHIN
    counted = sessions.times_since(Kind.MAIL, key, since)[-rules.LINK_MAILS :]
    full = len(counted) == rules.LINK_MAILS
    leaves_at = counted[0] + rules.LINK_MAILS_WITHIN if full else now
    sessions.note(Kind.MAIL, key, Source(), now=leaves_at)
    db.session.flush()
    return leaves_at


def end_links(person_id: int, kind: LinkKind | None = None, *, now: datetime) -> None:
    living = update(OneTimeLink).where(
        OneTimeLink.person_id == person_id, OneTimeLink.used_at.is_(None)
    )
    if kind is not None:
        living = living.where(OneTimeLink.kind == kind)
    db.session.execute(living.values(used_at=now))
