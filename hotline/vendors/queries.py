"""Find partners: by what they do, by name, by who works there."""

import re
from collections.abc import Collection, Iterable
from datetime import date, datetime

from sqlalchemy import Select, or_, select

from hotline.calendars import service as calendars
from hotline.calendars.rules import Calendar, Label, OwnHours, read_spans
from hotline.db import db
from hotline.errors import Missing
from hotline.people.models import Person
from hotline.people.rules import Role
from hotline.searchkeys import company_key, text_key
from hotline.vendors import rules
from hotline.vendors.models import Conflict, Vendor, VendorContact, VendorDay, VendorFunction
from hotline.vendors.rules import Holidays, Hours

CODE = re.compile(r"V-([0-9]{1,9})")

OwnDays = dict[int, dict[date, OwnHours]]


def by_id(vendor_id: int) -> Vendor:
    """The partner, withdrawn or not. Raises Missing."""
    found = db.session.get(Vendor, vendor_id)
    if found is None:
        raise Missing()
    return found


def by_ids(vendor_ids: Collection[int]) -> dict[int, Vendor]:
    """Id to partner, withdrawn or not, for those of ``vendor_ids`` that exist."""
    if not vendor_ids:
        return {}
    query = select(Vendor).where(Vendor.id.in_(vendor_ids))
    return {one.id: one for one in db.session.scalars(query)}


def by_code(code: str) -> Vendor | None:
    """The partner that accounts name so, withdrawn or not."""
    return db.session.scalar(select(Vendor).where(Vendor.code == code))


def doing(function: str, *, on: date) -> list[Vendor]:
    """The partners that can be asked for ``function`` on a day: under contract, not withdrawn."""
    able = select(VendorFunction.vendor_id).where(VendorFunction.function == function)
    return list(db.session.scalars(_partners(on).where(Vendor.id.in_(able)).order_by(Vendor.code)))


def of_person(person: Person, *, on: date) -> Vendor | None:
    """The partner somebody works for; None once it is withdrawn or its contract does not run."""
    if Role.VENDOR not in person.roles or not person.vendor_code:
        return None
    return db.session.scalar(_partners(on).where(Vendor.code == person.vendor_code))


def _partners(on: date) -> Select[Vendor]:
    running = (
        Vendor.contract_from <= on,
        or_(Vendor.contract_to.is_(None), Vendor.contract_to >= on),
    )
    return select(Vendor).where(Vendor.withdrawn_at.is_(None), *running)


def is_partner(vendor: Vendor, *, on: date) -> bool:
    """Whether it can be asked on a day: under contract, and not withdrawn."""
    running = rules.is_running(vendor.contract_from, vendor.contract_to, on)
    return vendor.withdrawn_at is None and running


def search(q: str = "", *, function: str = "") -> list[Vendor]:
    """Every partner, those of today first, whose name, reading or code holds ``q``; by code.

    There are dozens of them, so that nothing needs an index.
    """
    query = select(Vendor).order_by(Vendor.withdrawn_at.is_not(None), Vendor.code)
    if function:
        able = select(VendorFunction.vendor_id).where(VendorFunction.function == function)
        query = query.where(Vendor.id.in_(able))
    return [one for one in db.session.scalars(query) if _is_meant(one, q)]


def _is_meant(vendor: Vendor, q: str) -> bool:
    wanted = company_key(q) if q else ""
    own = (vendor.name_key, text_key(vendor.name), text_key(vendor.kana), text_key(vendor.code))
    return any(wanted in one for one in own)


def next_code() -> str:
    """A code that nobody has: one more than the greatest of the form V-1001."""
    numbered = (CODE.fullmatch(code) for code in db.session.scalars(select(Vendor.code)))
    return f"V-{max((int(found[1]) for found in numbered if found), default=1000) + 1}"


def names(vendor_ids: Collection[int]) -> dict[int, str]:
    """Id to the name as the partner writes it."""
    if not vendor_ids:
        return {}
    query = select(Vendor.id, Vendor.name).where(Vendor.id.in_(vendor_ids))
    return {row.id: row.name for row in db.session.execute(query)}


def names_of_codes(codes: Collection[str | None]) -> dict[str, str]:
    """Code to the name as the partner writes it; a code of nobody is left out."""
    wanted = {code for code in codes if code}
    if not wanted:
        return {}
    query = select(Vendor.code, Vendor.name).where(Vendor.code.in_(wanted))
    return {row.code: row.name for row in db.session.execute(query)}


def has_accounts(vendor: Vendor) -> bool:
    """Whether somebody has an account, disabled or not, that names this partner."""
    named = select(Person.id).where(Person.vendor_code == vendor.code)
    return db.session.scalar(named.limit(1)) is not None


def reply_minutes(vendor: Vendor, function: str) -> int | None:
    """Within how many minutes of its own hours it agreed to answer; None: it does not do this."""
    agreed = {one.function: one.reply_minutes for one in vendor.functions}
    return agreed.get(function)


# Contacts


def contact(contact_id: int) -> VendorContact:
    """Somebody of a partner, still on duty or not. Raises Missing."""
    found = db.session.get(VendorContact, contact_id)
    if found is None:
        raise Missing()
    return found


def contacts_of(vendor_id: int) -> list[VendorContact]:
    """Who is told and rung, in the order of duty; who no longer is, is left out."""
    query = select(VendorContact).where(
        VendorContact.vendor_id == vendor_id, VendorContact.ended_at.is_(None)
    )
    return list(db.session.scalars(query.order_by(VendorContact.position, VendorContact.id)))


def contacts_by_vendor(vendor_ids: Collection[int]) -> dict[int, list[VendorContact]]:
    """By partner everybody who is or was a contact of it, in the order of duty."""
    found: dict[int, list[VendorContact]] = {}
    if not vendor_ids:
        return found
    query = select(VendorContact).where(VendorContact.vendor_id.in_(vendor_ids))
    for one in db.session.scalars(query.order_by(VendorContact.position, VendorContact.id)):
        found.setdefault(one.vendor_id, []).append(one)
    return found


# Hours


def calendar(vendor: Vendor) -> Calendar:
    """The hours of one partner, its single days included."""
    return calendars_of([vendor])[vendor.id]


def calendars_of(vendors: Collection[Vendor]) -> dict[int, Calendar]:
    """The hours of many partners by id, in one query for all their single days."""
    own = _own_days([one.id for one in vendors])
    official = calendars.from_config("hotline").official
    return {
        one.id: rules.calendar_of(
            one.code, hours_of(one), official=official, own_hours=own.get(one.id)
        )
        for one in vendors
    }


def hours_of(vendor: Vendor) -> Hours:
    """The hours that stand on record for a partner."""
    return Hours(
        round_the_clock=vendor.round_the_clock,
        zone=vendor.zone,
        weekly=rules.read_weekly(vendor.weekly),
        holidays=Holidays(vendor.holidays),
    )


def reply_by(vendor: Vendor, function: str, *, offered_at: datetime) -> datetime:
    """Until when it has to answer what it is asked at ``offered_at``. Raises Missing for what it
    does not do, and what ``rules.reply_by`` raises."""
    minutes = reply_minutes(vendor, function)
    if minutes is None:
        raise Missing()
    return rules.reply_by(calendar(vendor), offered_at, minutes)


def days_of(vendor_id: int, *, since: date) -> list[VendorDay]:
    """The single days of a partner from ``since`` on, in order."""
    query = select(VendorDay).where(VendorDay.vendor_id == vendor_id, VendorDay.day >= since)
    return list(db.session.scalars(query.order_by(VendorDay.day)))


def _own_days(vendor_ids: Iterable[int]) -> OwnDays:
    query = select(VendorDay).where(VendorDay.vendor_id.in_(vendor_ids))
    found: OwnDays = {}
    for row in db.session.scalars(query):
        label = Label(ja=row.reason, en=row.reason)
        found.setdefault(row.vendor_id, {})[row.day] = OwnHours(read_spans(row.spans), label)
    return found


# Conflicts


def conflicts_of(vendor_id: int) -> list[Conflict]:
    """The companies that this partner works for or cannot act against, by name."""
    query = select(Conflict).where(Conflict.vendor_id == vendor_id)
    return list(db.session.scalars(query.order_by(Conflict.company_key, Conflict.id)))


def conflicts_with(company_keys: Collection[str]) -> dict[int, list[Conflict]]:
    """By partner what was declared about the companies with these keys."""
    found: dict[int, list[Conflict]] = {}
    if not company_keys:
        return found
    query = select(Conflict).where(Conflict.company_key.in_(company_keys)).order_by(Conflict.id)
    for one in db.session.scalars(query):
        found.setdefault(one.vendor_id, []).append(one)
    return found
