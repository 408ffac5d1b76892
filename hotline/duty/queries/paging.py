"""Pages: what cannot wait, whom it rings, and who was rung."""

from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    bindparam,
    cast,
    func,
    literal,
    or_,
    select,
)

from hotline.asking import Counting
from hotline.db import db
from hotline.duty.models import Page, Ring
from hotline.duty.queries.roster import on_duty
from hotline.duty.rules import (
    PageStatus,
)
from hotline.notices.models import Notice
from hotline.notices.rules import OPEN as UNSENT
from hotline.notices.rules import Channel
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.people.rules import Role

_PAGES_OF = select(Page).where(Page.number == bindparam("number")).order_by(Page.id)
_COUNTING_OPEN = select(func.count()).select_from(Page).where(Page.status == "open")


def counting_open_pages() -> Counting:
    """How many pages nobody took yet; to be asked together with other counts."""
    return Counting(_COUNTING_OPEN)


def open_pages() -> list[Page]:
    """Everything somebody is being rung for, the oldest first."""
    open_ = Page.status == PageStatus.OPEN
    return list(db.session.scalars(select(Page).where(open_).order_by(Page.opened_at, Page.id)))


def all_pages(*, limit: int = 1000) -> list[Page]:
    """Everything somebody was rung for, the oldest first; of too many the newest."""
    newest = select(Page).order_by(Page.id.desc()).limit(limit)
    return list(reversed(db.session.scalars(newest).all()))


def pages_of(number: str) -> list[Page]:
    """Every page of the ticket with this number, the oldest first."""
    return list(db.session.scalars(_PAGES_OF, {"number": number}))


def page_by_id(page_id: int) -> Page | None:
    """The page, or None."""
    return db.session.get(Page, page_id)


def due_pages(*, now: datetime) -> Select[int]:
    """The ids of the open pages for which somebody is to be rung, as a query.

    Their time has come, or the ring of this moment could not be made.
    """
    due = or_(Page.wake_at <= now, _call_failed())
    return select(Page.id).where(Page.status == PageStatus.OPEN, due)


def due_page_ids(*, now: datetime) -> list[int]:
    """What ``due_pages`` asks for, the longest due first."""
    return list(db.session.scalars(due_pages(now=now).order_by(Page.wake_at, Page.id)))


def rings_of(page_id: int) -> list[Ring]:
    """Who was rung for this page, in order."""
    return list(db.session.scalars(_rings(page_id).order_by(Ring.id)))


def last_ring(page_id: int) -> Ring | None:
    """Who was rung last."""
    return db.session.scalar(_rings(page_id).order_by(Ring.id.desc()).limit(1))


def was_rung(page_id: int, person_id: int) -> bool:
    """Whether this person was rung for this page, in whichever round."""
    rung = _rings(page_id).where(Ring.person_id == person_id)
    return db.session.scalar(rung.limit(1)) is not None


def order_of_ringing(line: str, at: datetime) -> list[Person]:
    """Whom a page rings: coordinators on duty for the line, then all, then the supervisors.

    Who stands in it twice is meant where the name comes first.
    """
    return [
        *on_duty(line, Role.COORDINATOR, at),
        *people.with_role(Role.COORDINATOR),
        *people.with_role(Role.SUPERVISOR),
    ]


def rung_for_pages(line: str, at: datetime) -> list[Person]:
    """Who is rung now, one after the other, when something of ``line`` cannot wait."""
    once = {one.id: one for one in order_of_ringing(line, at) if one.phone}
    return list(once.values())


def _rings(page_id: int) -> Select[Ring]:
    return select(Ring).where(Ring.page_id == page_id)


def _call_failed() -> ColumnElement[bool]:
    """Whether the last ring of the round that runs could not be handed to the telephone company."""
    last = select(func.max(Ring.id)).where(Ring.page_id == Page.id).correlate(Page)
    failed = (
        select(Notice.id)
        .join(Ring, (Ring.person_id == Notice.person_id) & (Ring.rung_at == Notice.due_at))
        .where(
            Ring.id == last.scalar_subquery(),
            Ring.round == Page.rounds,
            Notice.subject == literal("page:") + cast(Page.id, String),
            Notice.channel == Channel.VOICE,
            Notice.failures > 0,
            Notice.status.in_(UNSENT),
        )
        .correlate(Page)
    )
    return failed.exists()
