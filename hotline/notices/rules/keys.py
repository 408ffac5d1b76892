"""The key under which a notice is the same notice, whoever saves or sends it."""

import hashlib
from datetime import UTC, datetime

from hotline.notices.rules.kinds import Kind


def dedup_key(subject: str, kind: Kind, due_at: datetime, *, channel: str, recipient: str) -> str:
    """SHA-256 (hex) of what is told, when it is for, how, and to whom; the same for ever."""
    parts = (subject, kind.value, due_at.astimezone(UTC).isoformat(), channel, recipient)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def recipient(person_id: int | None, audience: str) -> str:
    """Who is meant, as it enters the key. Raises ValueError unless it is exactly one of both."""
    if (person_id is None) == (audience == ""):
        raise ValueError("A notice is for one person or for one audience.")
    return f"audience:{audience}" if person_id is None else f"person:{person_id}"


def message_id(key: str, host: str) -> str:
    """The mail's Message-ID: the same for every try, so that a mail program folds copies."""
    return f"<{key}@{host}>"
