"""Answer a repeated request as the first time."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from hotline.db import db, insert
from hotline.errors import N_, Invalid, Problem
from hotline.idempotency.models import Remembered

KEPT = timedelta(hours=72)
KEY_LETTERS = 255
UNFINISHED = 0
"""The status of a key whose first request is still on its way, in the same transaction."""


def begin(person_id: int, key: str, request_hash: str, *, now: datetime) -> Remembered | None:
    """Claim ``key`` for this request: None for the first, the remembered answer for a repeat.

    A repeat that comes while the first is on its way waits for it. Raises Invalid when the key
    is unusable or was used for another request.
    """
    _check(key)
    claimed = db.session.scalar(
        insert(Remembered)
        .values(
            person_id=person_id,
            key=key,
            request_hash=request_hash,
            status=UNFINISHED,
            body={},
            made_at=now,
        )
        .on_conflict_do_nothing(index_elements=["person_id", "key"])
        .returning(Remembered.id)
    )
    if claimed is not None:
        return None
    first = _by_key(person_id, key)
    if first.request_hash != request_hash:
        raise Invalid({"Idempotency-Key": Problem(N_("This key was used for another request."))})
    return first


def finish(person_id: int, key: str, *, status: int, body: dict[str, Any]) -> None:
    """Remember the first answer."""
    row = _by_key(person_id, key)
    row.status, row.body = status, body


def forget_old(*, now: datetime) -> None:
    """Forget keys after three days: whoever repeats a request does so sooner."""
    db.session.execute(delete(Remembered).where(Remembered.made_at < now - KEPT))


def _by_key(person_id: int, key: str) -> Remembered:
    query = select(Remembered).where(Remembered.person_id == person_id, Remembered.key == key)
    return db.session.scalars(query).one()


def _check(key: str) -> None:
    if not key.strip() or len(key) > KEY_LETTERS or not key.isprintable():
        sentence = N_("A key has 1 to %(limit)s visible characters.")
        raise Invalid({"Idempotency-Key": Problem(sentence, limit=KEY_LETTERS)})
