"""One partner: whom we ring, when it is there, what it does, and whom it cannot act against."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.calendars.rules import MINUTES_A_DAY, Calendar, Day, Spans
from hotline.coordination import queries as coordination
from hotline.edge import requests
from hotline.edge.access import allow
from hotline.errors import Problem
from hotline.notices import queries as notices
from hotline.notices.models import Notice
from hotline.notices.rules import Kind
from hotline.people import queries as people
from hotline.vendors import queries, rules
from hotline.vendors import service as vendors
from hotline.vendors.models import Vendor, VendorContact
from hotline.web.sent import Sent
from hotline.web.vendors import listing
from hotline.web.vendors.found import VIEWERS, bp, render, vendor

WEEK = 7
NOTHING_SENT = Sent()


@dataclass(frozen=True)
class DrawnDay:
    """One day to come: its hours, and each span as left edge and width in percent of the day."""

    day: Day
    bars: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Reply:
    """One function, within how many minutes it is answered, and when that is if asked now."""

    function: str
    minutes: int
    by: datetime | None


@dataclass(frozen=True)
class Reached:
    """Somebody of a partner, and the last call that was to verify the phone, if one is open."""

    contact: VendorContact
    check: Notice | None


@bp.get("/vendors/<int:vendor_id>")
@allow(VIEWERS)
def show(vendor_id: int) -> ResponseReturnValue:
    """One partner."""
    one = vendor(vendor_id)
    requests.note_read(vendors.subject(one.id))
    return page(one, NOTHING_SENT)


def page(one: Vendor, sent: Sent) -> str:
    """The page of a partner as it stands now, and a form that was sent."""
    now, calendar = clock.now(), queries.calendar(one)
    engaged = coordination.engagements([one.id])[one.id]
    contacts, conflicts = queries.contacts_of(one.id), queries.conflicts_of(one.id)
    by = [each.verified_by_id for each in contacts] + [each.noted_by_id for each in conflicts]
    return render(
        "show",
        vendor=one,
        row=listing.row(one, calendar, engaged, now=now),
        standings=listing.STANDINGS,
        replies=list(_replies(one, calendar, now)),
        contacts=[Reached(each, _last_check(each)) for each in contacts],
        days=list(_days(calendar, now)),
        own_days=queries.days_of(one.id, since=calendar.local(now).date()),
        conflicts=conflicts,
        answers=coordination.answers([one.id])[one.id],
        accounts=people.of_vendor(one.code),
        names=people.names(by),
        sent=sent,
    )


def _replies(one: Vendor, calendar: Calendar, now: datetime) -> Iterator[Reply]:
    for each in listing.in_order(one):
        try:
            by = rules.reply_by(calendar, now, each.reply_minutes)
        except Problem:  # It does not open for months.
            by = None
        yield Reply(each.function, each.reply_minutes, by)


def _last_check(contact: VendorContact) -> Notice | None:
    if contact.verified_at is not None:
        return None
    told = notices.about(f"contact:{contact.id}")
    return next((one for one in reversed(told) if one.kind == Kind.CONTACT_CHECK), None)


def _days(calendar: Calendar, now: datetime) -> Iterator[DrawnDay]:
    today = calendar.local(now).date()
    for offset in range(WEEK):
        day = calendar.day(today + timedelta(days=offset))
        yield DrawnDay(day, bars(day.spans))


def bars(spans: Spans) -> tuple[tuple[str, str], ...]:
    """Each span as left edge and width in percent of a day."""
    return tuple((_share(span.start), _share(span.end - span.start)) for span in spans)


def _share(minutes: int) -> str:
    return f"{minutes / MINUTES_A_DAY * 100:.2f}%"
