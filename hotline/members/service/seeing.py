"""Which of its people see all the tickets of a company: it decides so itself."""

from datetime import datetime

from sqlalchemy import update

from hotline.audit import service as audit
from hotline.db import db
from hotline.errors import N_, Invalid, Problem
from hotline.members.models import Member
from hotline.members.rules import Sees
from hotline.members.service.writing import subject


def set_sees(member: Member, sees: str, *, by_id: int | None, now: datetime) -> None:
    """Let a code of ``Sees`` say who sees all its tickets. Raises Invalid for any other."""
    if sees not in list(Sees):
        raise Invalid({"sees": Problem(N_("Please choose one of the four."))})
    # Past the version: somebody at the desk who corrects an address is not disturbed by it.
    db.session.execute(update(Member).where(Member.id == member.id).values(sees=sees))
    audit.write("member.sees_set", subject(member.number), by_id=by_id, now=now, sees=sees)
