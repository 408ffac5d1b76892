"""Write a partner down, correct it, and end or renew that it is one."""

from datetime import datetime

from hotline.audit import service as audit
from hotline.calendars.rules import write_spans
from hotline.db import db
from hotline.errors import N_, Invalid, Problem, Refused
from hotline.searchkeys import company_key
from hotline.vendors import queries
from hotline.vendors.models import Vendor, VendorFunction
from hotline.vendors.rules import Details


class Stale(Refused):
    """Somebody else saved the partner in between."""


def subject(vendor_id: int) -> str:
    """How audit entries name a partner, its contacts, days and conflicts included."""
    return f"vendor:{vendor_id}"


def held(vendor_id: int) -> Vendor:
    """The partner as it stands, nobody else changing it until the end of the transaction.

    Offers to it can be made meanwhile: their transactions hold a task and wait for nobody here.
    """
    vendor = queries.by_id(vendor_id)
    db.session.refresh(vendor, with_for_update={"key_share": True})
    return vendor


def details_of(vendor: Vendor) -> Details:
    """The partner as a form describes it."""
    return Details(
        **{name: getattr(vendor, name) for name in PLAIN},
        regions=tuple(vendor.regions),
        languages=tuple(vendor.languages),
        hours=queries.hours_of(vendor),
        functions={one.function: one.reply_minutes for one in vendor.functions},
    )


PLAIN = (
    "code", "name", "kana", "corporate_number", "country", "capacity", "contract_from",
    "contract_to", "note",
)  # fmt: skip


def add(details: Details, *, by_id: int | None, now: datetime) -> Vendor:
    """Write a new partner down, as ``rules.company`` checked it.

    Raises Invalid for a code that another one has.
    """
    _check_code(details.code, None)
    vendor = Vendor(made_at=now)
    _write(vendor, details)
    db.session.add(vendor)
    db.session.flush()
    audit.write("vendor.added", subject(vendor.id), by_id=by_id, now=now)
    return vendor


def change(
    vendor: Vendor, details: Details, *, version: int, by_id: int | None, now: datetime
) -> Vendor:
    """Save a partner; ``version`` is the one that was shown.

    Raises Stale when it is not the present one, Invalid for a code that another one has, Refused
    for another code while somebody has an account that names this one.
    """
    held(vendor.id)
    if version != vendor.version:
        raise Stale(N_("Somebody else saved this partner in between."))
    known = details_of(vendor)
    changed = _differences(known, details)
    if not changed:
        return vendor
    if "code" in changed:
        _check_code(details.code, vendor)
    _write(vendor, details)
    vendor.version += 1
    vendor.changed_at = now
    db.session.flush()
    audit.write("vendor.changed", subject(vendor.id), by_id=by_id, now=now, fields=changed)
    return vendor


def withdraw(vendor: Vendor, *, by_id: int | None, now: datetime) -> None:
    """From now on nothing is offered to it, and its people see nothing. Raises Refused."""
    held(vendor.id)
    if vendor.withdrawn_at is not None:
        raise Refused(N_("This partner was withdrawn already."))
    _set_withdrawn(vendor, now)
    audit.write("vendor.withdrawn", subject(vendor.id), by_id=by_id, now=now)


def take_back(vendor: Vendor, *, by_id: int | None, now: datetime) -> None:
    """Let a withdrawn company be a partner again. Raises Refused when it is one."""
    held(vendor.id)
    if vendor.withdrawn_at is None:
        raise Refused(N_("This company is a partner already."))
    _set_withdrawn(vendor, None)
    audit.write("vendor.taken_back", subject(vendor.id), by_id=by_id, now=now)


def _set_withdrawn(vendor: Vendor, at: datetime | None) -> None:
    vendor.withdrawn_at = at
    vendor.version += 1  # Whoever has the form open is told.
    db.session.flush()


def _check_code(code: str, vendor: Vendor | None) -> None:
    other = queries.by_code(code)
    if other is not None and other is not vendor:
        raise Invalid({"code": Problem(N_("Another partner has this code."))})
    if vendor is not None and queries.has_accounts(vendor):
        sentence = N_("People have accounts under this code; it cannot be changed any more.")
        raise Invalid({"code": Problem(sentence)})


def _write(vendor: Vendor, details: Details) -> None:
    for name in PLAIN:
        setattr(vendor, name, getattr(details, name))
    hours = details.hours
    vendor.name_key = company_key(details.name)
    vendor.regions, vendor.languages = list(details.regions), list(details.languages)
    vendor.round_the_clock, vendor.zone = hours.round_the_clock, hours.zone
    vendor.weekly = [write_spans(spans) for spans in hours.weekly]
    vendor.holidays = hours.holidays.value
    kept = {one.function: one for one in vendor.functions}
    vendor.functions = [
        _function(kept.get(code) or VendorFunction(function=code), minutes)
        for code, minutes in sorted(details.functions.items())
    ]


def _function(row: VendorFunction, minutes: int) -> VendorFunction:
    row.reply_minutes = minutes
    return row


def _differences(before: Details, after: Details) -> list[str]:
    """The names of what is other than before; never the values."""
    return [name for name, value in vars(before).items() if value != getattr(after, name)]
