"""Single days on which a partner's hours depart from its week."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from hotline.audit import service as audit
from hotline.calendars.rules import YEARS, Label, OwnHours, Spans, check_opens, write_spans
from hotline.db import db
from hotline.errors import N_, Invalid, Missing, Problem
from hotline.searchkeys import clean_name
from hotline.vendors import queries
from hotline.vendors.models import Vendor, VendorDay
from hotline.vendors.service.writing import held, subject

REASON_LETTERS = 200
MOST_DAYS = 31
"""So many days at once; no company closes for longer without another word."""


def set_days(
    vendor: Vendor,
    days: Sequence[date],
    spans: Spans,
    reason: str,
    *,
    by_id: int | None,
    now: datetime,
) -> None:
    """Let ``days`` have hours of their own; none means closed. What stood there is replaced.

    Raises Invalid naming ``day`` or ``reason``, and NeverOpens for a partner that would stay
    closed for months.
    """
    held(vendor.id)
    _check_days(vendor, days, now)
    words = _reason(reason)
    own = dict.fromkeys(days, OwnHours(spans, Label(ja=words, en=words)))
    _check_opens(vendor, own)
    known = {one.day: one for one in queries.days_of(vendor.id, since=min(days))}
    for day in days:
        row = known.get(day) or VendorDay(vendor_id=vendor.id, day=day)
        row.spans, row.reason = write_spans(spans), words
        db.session.add(row)
    db.session.flush()
    _note("days_set", vendor, days, by_id=by_id, now=now)


def drop_day(vendor: Vendor, day: date, *, by_id: int | None, now: datetime) -> None:
    """Let the week hold again on ``day``. Raises Missing when it does."""
    held(vendor.id)
    row = db.session.get(VendorDay, (vendor.id, day))
    if row is None:
        raise Missing()
    _check_days(vendor, [day], now)
    db.session.delete(row)
    db.session.flush()
    _note("day_dropped", vendor, [day], by_id=by_id, now=now)


def _check_days(vendor: Vendor, days: Sequence[date], now: datetime) -> None:
    today = queries.calendar(vendor).local(now).date()
    found = (
        (not days, N_("Please write the day.")),
        (len(days) > MOST_DAYS, N_("At most %(most)s days at once, please.")),
        (any(day < today for day in days), N_("This day is over; nothing about it is changed.")),
        (any(day.year not in YEARS for day in days), N_("There is no such date.")),
    )
    for wrong, sentence in found:
        if wrong:
            raise Invalid({"day": Problem(sentence, most=MOST_DAYS)})


def _check_opens(vendor: Vendor, own: Mapping[date, OwnHours]) -> None:
    standing = queries.calendar(vendor)
    changed = standing.with_own_hours({**standing.own_hours, **own})
    check_opens(changed, min(own))


def _reason(text: str) -> str:
    try:
        words = clean_name(text, REASON_LETTERS)
    except Problem as problem:
        raise Invalid({"reason": problem}) from problem
    if not words:
        raise Invalid({"reason": Problem(N_("Please write the reason."))})
    return words


def _note(
    what: str, vendor: Vendor, days: Sequence[date], *, by_id: int | None, now: datetime
) -> None:
    detail = {"first": days[0].isoformat(), "days": len(days)}
    audit.write(f"vendor.{what}", subject(vendor.id), by_id=by_id, now=now, **detail)
