"""Ring one person after the other until somebody takes it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, select

from hotline.audit import service as audit
from hotline.db import db, insert
from hotline.duty import queries, rules
from hotline.duty.models import Page, Ring
from hotline.duty.rules import Cause, PageStatus, PagingPolicy
from hotline.errors import Missing
from hotline.notices import service as notices
from hotline.notices.rules import ALERT, Kind
from hotline.notices.service import Planned
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.policy import get
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event


def page(ticket_id: int, number: str, *, line: str, cause: Cause, now: datetime) -> Page | None:
    """Ring whoever is on duty about this ticket, now and until somebody takes it.

    None when this cause has rung for the ticket before: the same cause pages once.
    """
    values = {
        "subject": f"ticket:{number}",
        "ticket_id": ticket_id,
        "number": number,
        "line": line,
        "cause": cause,
        "status": PageStatus.OPEN,
        "opened_at": now,
        "wake_at": now,
        "rounds": 0,
    }
    fresh = insert(Page).on_conflict_do_nothing().returning(Page)
    opened: Page | None = db.session.scalar(fresh, values)
    if opened is not None:
        _note("opened", opened, by_id=None, now=now, cause=str(cause))
    return opened


def page_anew(number: str, cause: Cause, *, now: datetime) -> Page | None:
    """Begin again with a page that has ended: it is as urgent as before, and nobody has it.

    None when there is none, or when people are being rung already.
    """
    query = select(Page).where(Page.number == number, Page.cause == cause).with_for_update()
    found = db.session.scalar(query.execution_options(populate_existing=True))
    if found is None or found.status == PageStatus.OPEN:
        return None
    found.status, found.ended_at, found.ended_by_id = PageStatus.OPEN, None, None
    found.opened_at = found.wake_at = now
    found.rounds += 1  # Each person is rung once in a round.
    db.session.flush()
    _note("opened", found, by_id=None, now=now, cause=str(cause))
    return found


def ring_next(page_id: int, *, now: datetime) -> list[Person]:
    """Ring the next person of a page whose time has come; whom, nobody when it has not.

    After the last one the round is over: people are alarmed, and it begins anew some time later.
    """
    found = _held(Page.id == page_id, Page.id.in_(queries.due_pages(now=now)), skip_locked=True)
    if not found:
        return []
    (due,) = found
    rung = _rung(due)
    chosen = rules.next_to_ring(_order(due, now=now), rung)
    if chosen and not rung:  # What the round before could not send is said anew by this one.
        notices.withdraw(_subject(due), {Kind.PAGE})
    for someone in chosen:
        _ring(due, someone, now=now)
    if chosen:
        due.wake_at = now + timedelta(seconds=get(PagingPolicy).next_after_seconds)
    else:
        _begin_anew(due, now=now)
    db.session.flush()
    return chosen


def pass_over(page_id: int, person_id: int, *, now: datetime) -> None:
    """This person was not reached or will not take it: the next one is rung at once.

    It changes nothing when somebody else is being rung by now, or when it is over.
    """
    for held in _held(Page.id == page_id):
        last = queries.last_ring(page_id)
        if last is not None and (last.person_id, last.round) == (person_id, held.rounds):
            held.wake_at = min(held.wake_at, now)
    db.session.flush()


def take_page(page_id: int, *, by_id: int, now: datetime) -> Page:
    """This person has it: nobody else is rung, and what was not sent yet is withdrawn.

    Taking it twice is taking it once. Raises Missing, Forbidden, or Refused when somebody else
    has it or it was called off.
    """
    someone, wanted = people.active(by_id), db.session.get(Page, page_id)
    if wanted is None or someone is None:
        raise Missing()
    rules.check_taker(someone.roles)
    if not (held := _held(Page.id == page_id)):
        db.session.refresh(wanted)
        _check_taken_by(wanted, by_id)
        return wanted
    _take(held[0], someone, now=now)
    return held[0]


def take_pages_of(number: str, *, by_id: int, now: datetime) -> list[Page]:
    """Who does the work of a ticket has its pages too; nothing for who may not take one."""
    held = _held(Page.number == number)
    someone = people.active(by_id) if held else None
    if someone is None or not rules.MAY_TAKE & someone.roles:
        return []
    for one in held:
        _take(one, someone, now=now)
    return held


def call_off_pages(
    number: str, *, by_id: int | None, now: datetime, cause: Cause | None = None
) -> list[Page]:
    """Nobody is to be rung any more about this ticket, for ``cause`` alone when it is given."""
    held = _held(Page.number == number, *([Page.cause == cause] if cause else []))
    for one in held:
        _end(one, PageStatus.CALLED_OFF, by_id=by_id, now=now)
    return held


def _held(*conditions: ColumnElement[bool], skip_locked: bool = False) -> list[Page]:
    """The open pages that fit, held against everybody else until the transaction ends."""
    query: Select[Page] = select(Page).where(Page.status == PageStatus.OPEN, *conditions)
    query = query.order_by(Page.id).with_for_update(skip_locked=skip_locked)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def _order(due: Page, *, now: datetime) -> Iterable[Person]:
    """Everybody who may be rung, in order, each once."""
    return {someone.id: someone for someone in queries.order_of_ringing(due.line, now)}.values()


def _rung(due: Page) -> set[int]:
    return {ring.person_id for ring in queries.rings_of(due.id) if ring.round == due.rounds}


def _ring(due: Page, someone: Person, *, now: datetime) -> None:
    db.session.add(Ring(page_id=due.id, person_id=someone.id, round=due.rounds, rung_at=now))
    facts = {"number": due.number, "line": due.line}
    planned = [
        Planned(Kind.PAGE, now, facts, person_id=someone.id, channel=channel)
        for channel in rules.channels_to(someone.phone)
    ]
    notices.tell_all(_subject(due), planned, now=now)
    _note("rung", due, by_id=None, now=now, person=someone.id, round=due.rounds)
    if due.rounds == 0:  # Of the later rounds the story says that they were in vain.
        _tell(due, Event.PAGED, at=now, by_id=None, name=someone.name, cause=due.cause)


def _begin_anew(due: Page, *, now: datetime) -> None:
    """Everybody was rung in vain: alarm people, and begin again after a while."""
    due.rounds += 1
    due.wake_at = now + rules.pause(due.rounds, get(PagingPolicy))
    facts = {"number": due.number, "line": due.line}
    notices.tell(
        _subject(due), Kind.PAGE_UNANSWERED, audience=ALERT, due_at=now, facts=facts, now=now
    )
    _note("unanswered", due, by_id=None, now=now, rounds=due.rounds)
    _tell(due, Event.PAGE_UNANSWERED, at=now, by_id=None, cause=due.cause)


def _take(held: Page, someone: Person, *, now: datetime) -> None:
    _end(held, PageStatus.TAKEN, by_id=someone.id, now=now)
    _tell(held, Event.PAGE_TAKEN, at=now, by_id=someone.id, name=someone.name)


def _end(held: Page, status: PageStatus, *, by_id: int | None, now: datetime) -> None:
    held.status, held.ended_at, held.ended_by_id = status, now, by_id
    db.session.flush()
    notices.withdraw(_subject(held))
    _note(str(status), held, by_id=by_id, now=now)


def _check_taken_by(ended: Page, by_id: int) -> None:
    if ended.status == PageStatus.TAKEN and ended.ended_by_id == by_id:
        return
    names = people.names([ended.ended_by_id])
    rules.check_open(ended.status, taker=names.get(ended.ended_by_id, ""))


def _tell(about: Page, event: Event, *, at: datetime, by_id: int | None, **facts: object) -> None:
    timeline.write(about.ticket_id, event, at=at, by_id=by_id, facts=facts)


def _note(what: str, about: Page, *, by_id: int | None, now: datetime, **detail: object) -> None:
    subject = _subject(about)
    audit.write(f"page.{what}", subject, by_id=by_id, now=now, about=about.subject, **detail)


def _subject(about: Page) -> str:
    return f"page:{about.id}"
