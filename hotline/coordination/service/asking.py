"""Ask one partner after the other: whose turn it is, whom of it we ring, when nobody is left."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.audit import service as audit
from hotline.calendars.rules import Calendar
from hotline.coordination import queries
from hotline.coordination.models import Offer, OfferRing, Task
from hotline.coordination.rules import FunctionsPolicy, OfferStatus, TaskStatus
from hotline.coordination.rules.offers import (
    channels_to,
    check_step,
    full_minute,
    next_contacts,
    offer_subject,
)
from hotline.coordination.service import stepping, telling
from hotline.coordination.service.anonymity import check_anonymous
from hotline.coordination.service.holding import name_of, ticket_of
from hotline.coordination.service.stepping import Moved
from hotline.db import db
from hotline.errors import N_, Problem, Refused
from hotline.notices import service as notices
from hotline.notices.rules import LEAD, TEAM, Channel, Kind, contact
from hotline.people import queries as people
from hotline.policy import get
from hotline.timeline.rules import Event
from hotline.vendors import queries as vendors
from hotline.vendors.models import Vendor, VendorContact
from hotline.vendors.rules import contract_day, next_opening

QUOTED_OR_ASKED = frozenset({OfferStatus.OFFERED, OfferStatus.ACCEPTED})


@dataclass(frozen=True)
class Asking:
    """A task that is held, and every offer of it, which are held as well."""

    task: Task
    offers: Sequence[Offer]

    def standing(self, *statuses: OfferStatus) -> list[Offer]:
        """Those of the offers that stand there, the first in line first."""
        found = [one for one in self.offers if one.status in statuses]
        return sorted(found, key=lambda one: (one.position, one.id))


def check_askable(task: Task, vendor: Vendor, *, now: datetime) -> None:
    """Refuse to ask who is no partner now, does not do this, or works for the other side."""
    if not vendors.is_partner(vendor, on=contract_day(now)):
        raise Refused(N_("This partner was withdrawn, or its contract does not run."))
    if vendors.reply_minutes(vendor, task.function) is None:
        raise Refused(N_("This partner does not do this."))
    if vendor.id in queries.conflicting(ticket_of(task)):
        raise Refused(N_("This partner cannot be asked: it works for the other side."))


def ask(asking: Asking, offer: Offer, reply_by: datetime | None, moved: Moved) -> None:
    """Ask the partner of ``offer`` now; without ``reply_by`` it has the time it agreed to.

    Raises Refused when it cannot be asked, and Invalid when what it would read names somebody,
    who may have become known since it was put in line.
    """
    task, vendor, now = asking.task, vendors.by_id(offer.vendor_id), moved.now
    check_step(offer.status, OfferStatus.OFFERED)
    check_askable(task, vendor, now=now)
    check_anonymous(task, ticket_of(task))
    agreed = reply_by or vendors.reply_by(vendor, task.function, offered_at=now)
    offer.reply_by = full_minute(agreed)
    offer.status, offer.offered_at, offer.wake_at = OfferStatus.OFFERED, now, offer.reply_by
    db.session.flush()
    note(offer, "asked", moved, vendor=vendor.id, reply_by=offer.reply_by.isoformat())
    facts = {"vendor": vendor.name, "due_at": offer.reply_by.isoformat()}
    stepping.tell(task, Event.OFFERED, moved, facts)
    ring_next(task, offer, now=now)


def ring_next(task: Task, offer: Offer, *, now: datetime) -> list[VendorContact]:
    """Tell the next contacts of an offer, and say when it is looked at again."""
    vendor = vendors.by_id(offer.vendor_id)
    order, calendar = vendors.contacts_of(vendor.id), vendors.calendar(vendor)
    rung = queries.rung(offer.id)
    chosen = next_contacts(order, rung, in_hours=calendar.is_open(now))
    for one in chosen:
        _ring(task, offer, one, now=now)
    if not rung and not next_contacts(order, (), in_hours=True):
        _tell_accounts(task, offer, now=now)
    rung |= {one.id for one in chosen}
    left = next_contacts(order, rung, in_hours=True)
    pause = timedelta(minutes=get(FunctionsPolicy).ring_next_after_minutes)
    since = now + pause if chosen else now
    offer.wake_at = _wake_at(offer, left, calendar, since=since) if left else offer.reply_by
    db.session.flush()
    return chosen


def end(offer: Offer, status: OfferStatus, moved: Moved, **detail: object) -> None:
    """This offer is over, and what was not sent of it stays unsent."""
    check_step(offer.status, status)
    was, offer.status, offer.wake_at = offer.status, status, None
    if was in (OfferStatus.QUEUED, OfferStatus.OFFERED):
        offer.answered_at = moved.now
    db.session.flush()
    notices.withdraw(offer_subject(offer.id), {Kind.OFFER})
    note(offer, str(status), moved, was=was, **detail)


def tell_lost(task: Task, offer: Offer, *, now: datetime) -> None:
    """Thank those who were told of an offer: it need not be answered any more."""
    facts = facts_of(task, offer)
    rung = queries.rung(offer.id)
    told = [one for one in vendors.contacts_of(offer.vendor_id) if one.id in rung]
    planned = [
        notices.Planned(Kind.OFFER_LOST, now, facts, audience=contact(one.id), channel=channel)
        for one in told
        for channel in channels_to(one)
        if channel is not Channel.VOICE
    ]
    notices.tell_all(offer_subject(offer.id), planned, now=now)


def go_on(asking: Asking, ended: Offer, moved: Moved, *, alarm: bool) -> None:
    """``ended`` came to nothing: ask who is next in line, or say that nobody is left.

    Whoever waits in line is asked when nobody else still may take it; of several that make an
    estimate each that drops out is replaced. ``alarm``: nobody at the desk ended it.
    """
    busy = asking.standing(OfferStatus.OFFERED)
    if (ended.for_quote or not busy) and _ask_first(asking, moved):
        return
    if not asking.standing(OfferStatus.QUEUED, *QUOTED_OR_ASKED):
        _nobody_left(asking.task, moved, alarm=alarm)


def end_all(asking: Asking, moved: Moved, *, but: Offer | None = None) -> None:
    """End everything that could still come of a task; whoever was asked is thanked.

    With ``but``, the offer that was taken, who has not answered yet was too slow.
    """
    for one in asking.standing(OfferStatus.QUEUED, *QUOTED_OR_ASKED):
        if one is but:
            continue
        was_asked = one.status != OfferStatus.QUEUED
        slower = but is not None and one.status == OfferStatus.OFFERED
        end(one, OfferStatus.EXPIRED if slower else OfferStatus.WITHDRAWN, moved)
        if was_asked:
            tell_lost(asking.task, one, now=moved.now)


def note(offer: Offer, what: str, moved: Moved, **detail: object) -> None:
    """Write in the trail what became of an offer."""
    about = offer_subject(offer.id)
    task = f"task:{offer.task_id}"
    audit.write(f"offer.{what}", about, by_id=moved.by_id, now=moved.now, task=task, **detail)


def facts_of(task: Task, offer: Offer) -> dict[str, object]:
    """What notices about an offer are filled with: references and times alone."""
    due = {"due_at": offer.reply_by.isoformat()} if offer.reply_by is not None else {}
    return {"number": ticket_of(task).number, "task": task.id, **due}


def _ask_first(asking: Asking, moved: Moved) -> bool:
    """Ask the first in line who can be asked; who cannot any more leaves the line."""
    for one in asking.standing(OfferStatus.QUEUED):
        try:
            ask(asking, one, None, Moved(None, moved.now))
        except Problem as problem:
            end(one, OfferStatus.WITHDRAWN, Moved(None, moved.now), why=str(problem))
        else:
            return True
    return False


def _nobody_left(task: Task, moved: Moved, *, alarm: bool) -> None:
    system = Moved(None, moved.now)
    if task.status == TaskStatus.OFFERED:
        stepping.go(task, TaskStatus.DRAFTED, system if alarm else moved, line=False)
    if not alarm:
        return
    task.nobody_left_at = moved.now
    db.session.flush()
    stepping.note(task, "nobody_left", system)
    stepping.tell(task, Event.NOBODY_LEFT, system)
    _alarm(task, now=moved.now)


def _alarm(task: Task, *, now: datetime) -> None:
    """Everybody who could ask somebody else is told; of a drill only whoever runs it."""
    ticket = ticket_of(task)
    if ticket.drill:
        telling.tell_desk(task, Kind.NOBODY_LEFT, now=now)
        return
    facts = {"number": ticket.number, "task": task.id}
    planned = [
        notices.Planned(Kind.NOBODY_LEFT, now, facts, audience=audience, channel=channel)
        for audience in (TEAM, LEAD)
        for channel in (Channel.MAIL, Channel.SMS)
    ]
    notices.tell_all(f"task:{task.id}", planned, now=now)


def _ring(task: Task, offer: Offer, one: VendorContact, *, now: datetime) -> None:
    db.session.add(OfferRing(offer_id=offer.id, contact_id=one.id, rung_at=now))
    facts, drill = facts_of(task, offer), ticket_of(task).drill
    channels: Iterable[Channel] = (Channel.MAIL,) if drill else channels_to(one)
    planned = [
        notices.Planned(Kind.OFFER, now, facts, audience=contact(one.id), channel=channel)
        for channel in channels
    ]
    notices.tell_all(offer_subject(offer.id), planned, now=now)
    note(offer, "rung", Moved(None, now), contact=one.id)


def _tell_accounts(task: Task, offer: Offer, *, now: datetime) -> None:
    """Nobody of this partner can be rung: whoever has an account is told by mail."""
    facts = facts_of(task, offer)
    accounts = people.of_vendor(vendors.by_id(offer.vendor_id).code)
    planned = [notices.Planned(Kind.OFFER, now, facts, person_id=one.id) for one in accounts]
    notices.tell_all(offer_subject(offer.id), planned, now=now)


def _wake_at(
    offer: Offer, left: Sequence[VendorContact], calendar: Calendar, *, since: datetime
) -> datetime | None:
    """When the next of ``left`` is told, from ``since`` on; the end of the time at the latest."""
    soon: datetime | None = since
    if not any(one.at_any_hour for one in left):
        soon = next_opening(calendar, since)
    return min(soon, offer.reply_by) if soon and offer.reply_by else offer.reply_by


def name(offer: Offer) -> str:
    """The name of the partner that was asked."""
    return name_of(offer.vendor_id)
