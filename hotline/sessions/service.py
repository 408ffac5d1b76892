"""Start, find and end sessions, and count failed tries; secrets are only in the browser."""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import bindparam, delete, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from hotline.db import db, hold_name
from hotline.sessions import rules
from hotline.sessions.models import Attempt, SignedIn
from hotline.sessions.rules import Kind, Limit, Source

# Asked at every request of a page: built once.
_FIND = select(SignedIn).where(SignedIn.id_hash == bindparam("id_hash"))


def start(person_id: int, *, complete: bool, address: str, now: datetime, browser: str = "") -> str:
    """Begin a session and return its secret (256 random bits, URL-safe); only its hash is kept.

    ``browser`` is what the browser calls itself: shown to its owner, and never believed.
    """
    secret = secrets.token_urlsafe(32)
    db.session.add(
        SignedIn(
            id_hash=hashed(secret),
            person_id=person_id,
            complete=complete,
            tries=0,
            started_at=now,
            seen_at=now,
            address=address,
            browser=rules.short_browser(browser),
            proved_at=now if complete else None,
        )
    )
    db.session.flush()
    return secret


def find(secret: str, *, now: datetime) -> SignedIn | None:
    """The living session behind ``secret``: not ended, seen within 30 min, begun within 12 h."""
    if not secret:
        return None
    found = db.session.scalars(_FIND, {"id_hash": hashed(secret)}).one_or_none()
    if found is None or not rules.is_alive(found.started_at, found.seen_at, now=now):
        return None
    return found


def is_stale(session: SignedIn, *, now: datetime) -> bool:
    """Whether the last-seen time is worth a write."""
    return now - session.seen_at >= rules.NOTED_EVERY


def touch(id_hash: str, *, now: datetime) -> None:
    """Note that the session was used."""
    db.session.execute(update(SignedIn).where(SignedIn.id_hash == id_hash).values(seen_at=now))


def take_try(session: SignedIn) -> int | None:
    """Use up one of the session's tries at a code; how many are left, None when none was."""
    taken = db.session.scalar(
        update(SignedIn)
        .where(SignedIn.id_hash == session.id_hash, SignedIn.tries < rules.CODES_PER_SESSION)
        .values(tries=SignedIn.tries + 1)
        .returning(SignedIn.tries)
    )
    return None if taken is None else rules.CODES_PER_SESSION - taken


def end(secret: str) -> None:
    """Sign this browser out; a copied cookie is dead from now on."""
    end_one(hashed(secret))


def prove(id_hash: str, *, now: datetime) -> None:
    """Note that the owner of the session proved to be there, just now."""
    proved = update(SignedIn).where(SignedIn.id_hash == id_hash)
    db.session.execute(proved.values(proved_at=now))


def end_named(person_id: int, name: str) -> bool:
    """End the session of this person that the list calls ``name``; False when there is none."""
    of_person = SignedIn.person_id == person_id
    named = SignedIn.id_hash.startswith(name, autoescape=True)
    if len(name) != rules.NAME_LETTERS:
        return False
    gone = delete(SignedIn).where(of_person, named).returning(SignedIn.id_hash)
    return bool(db.session.scalars(gone).all())


def end_others(person_id: int, id_hash: str) -> None:
    """Sign this person out of every browser but the one of this session."""
    others = (SignedIn.person_id == person_id) & (SignedIn.id_hash != id_hash)
    db.session.execute(delete(SignedIn).where(others))


def end_one(id_hash: str) -> None:
    """End the session whose secret has this hash."""
    db.session.execute(delete(SignedIn).where(SignedIn.id_hash == id_hash))


def end_all(person_id: int) -> None:
    """Sign every browser of this person out: disabled, new roles, or a new password."""
    db.session.execute(delete(SignedIn).where(SignedIn.person_id == person_id))


def wait(kind: Kind, name: str, source: Source, *, now: datetime) -> int:
    """Seconds until a try at ``name`` from ``source`` is looked at; 0 when it is now.

    A browser that its owner used before is counted by itself: no stranger, not even one behind
    the same address, can make its owner wait.
    """
    limits = rules.LIMITS.get(kind, (Limit(rules.PER_NAME),))
    bucket = _bucket(name, source)
    waits = [_wait(Attempt.name_hash, bucket, kind, limit, now=now) for limit in limits]
    if not source.browser:
        waits += [
            _wait(Attempt.address, source.address, kind, limit, now=now)
            for limit in rules.ADDRESS_LIMITS.get(kind, (Limit(rules.PER_ADDRESS),))
        ]
    return max(waits)


def one_at_a_time(kind: Kind, name: str) -> None:
    """Let nobody else try ``name`` until the transaction ends: a hundred at once count too."""
    hold_name(hashed(f"{kind}\n{name}"))


def note(kind: Kind, name: str, source: Source, *, now: datetime) -> None:
    """Count one failed try, or one mail, whether the name exists or not."""
    address = "" if source.browser else source.address
    name_hash = _bucket(name, source)
    db.session.add(Attempt(kind=kind, name_hash=name_hash, address=address, at=now))


def forget_failures(name: str, source: Source) -> None:
    """Whoever signed in from here need not wait for what went wrong before."""
    of_name = Attempt.name_hash == _bucket(name, source)
    tries = Attempt.kind.in_([Kind.PASSWORD, Kind.CODE])
    db.session.execute(delete(Attempt).where(of_name, tries))


def count_since(kind: Kind, name: str, since: datetime) -> int:
    """How often ``name`` was tried after ``since``, from anywhere."""
    return len(times_since(kind, name, since))


def times_since(kind: Kind, name: str, since: datetime) -> list[datetime]:
    """When ``name`` was tried after ``since``, from anywhere, the first time first."""
    query = select(Attempt.at).where(
        Attempt.kind == kind, Attempt.name_hash == hashed(name), Attempt.at > since
    )
    return list(db.session.scalars(query.order_by(Attempt.at)))


def forget_old(*, now: datetime) -> int:
    """Delete dead sessions and old failed tries; how many rows went."""
    dead = or_(
        SignedIn.seen_at <= now - rules.IDLE,
        SignedIn.started_at <= now - rules.ABSOLUTE,
    )
    gone = db.session.scalars(delete(SignedIn).where(dead).returning(SignedIn.id_hash)).all()
    old = delete(Attempt).where(Attempt.at <= now - rules.KEPT).returning(Attempt.id)
    return len(gone) + len(db.session.scalars(old).all())


def hashed(text: str) -> str:
    """SHA-256 in hex: how secrets and typed names are kept."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _bucket(name: str, source: Source) -> str:
    return hashed(f"{name}\n{source.browser}" if source.browser else name)


def _wait(
    column: InstrumentedAttribute[str], value: str, kind: Kind, limit: Limit, *, now: datetime
) -> int:
    recent = (
        select(Attempt.at)
        .where(column == value, Attempt.kind == kind, Attempt.at > now - limit.within)
        .order_by(Attempt.at.desc())
        .limit(limit.failures)
    )
    return rules.seconds_to_wait(db.session.scalars(recent).all(), limit, now=now)
