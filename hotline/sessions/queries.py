"""Reading sessions."""

from datetime import datetime

from sqlalchemy import select

from hotline.db import db
from hotline.sessions import rules
from hotline.sessions.models import SignedIn


def of_person(person_id: int, *, now: datetime) -> list[SignedIn]:
    """Where this person is signed in, the latest used first."""
    query = select(SignedIn).where(
        SignedIn.person_id == person_id,
        SignedIn.complete.is_(True),
        SignedIn.seen_at > now - rules.IDLE,
        SignedIn.started_at > now - rules.ABSOLUTE,
    )
    return list(db.session.scalars(query.order_by(SignedIn.seen_at.desc())))
