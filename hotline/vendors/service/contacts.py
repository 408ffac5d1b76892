"""Whom of a partner we tell and ring, in which order, and whether the number is right."""

from datetime import datetime

from hotline.audit import service as audit
from hotline.db import db
from hotline.errors import N_, Invalid, Problem, Refused
from hotline.notices import service as notices
from hotline.notices.rules import Channel, Kind
from hotline.notices.rules import contact as audience_of
from hotline.searchkeys import clean_name
from hotline.vendors import queries
from hotline.vendors.models import Vendor, VendorContact
from hotline.vendors.rules import ContactDetails
from hotline.vendors.service.writing import held, subject

NAME_LETTERS = 200


def add_contact(
    vendor: Vendor, details: ContactDetails, *, by_id: int | None, now: datetime
) -> VendorContact:
    """Write down somebody to tell and to ring, after everybody who stands there already."""
    held(vendor.id)
    contact = VendorContact(vendor_id=vendor.id, position=_last_position(vendor.id) + 1)
    _write(contact, details)
    db.session.add(contact)
    db.session.flush()
    _note("contact_added", contact, by_id=by_id, now=now)
    return contact


def change_contact(
    contact: VendorContact, details: ContactDetails, *, by_id: int | None, now: datetime
) -> VendorContact:
    """Correct a contact; another phone is not verified. Raises Refused for one who has ended."""
    _hold(contact)
    changed = [name for name, value in vars(details).items() if value != _standing(contact, name)]
    if not changed:
        return contact
    _write(contact, details)
    if "phone" in changed:
        _forget_verification(contact)
    db.session.flush()
    _note("contact_changed", contact, by_id=by_id, now=now, fields=changed)
    return contact


def end_contact(contact: VendorContact, *, by_id: int | None, now: datetime) -> None:
    """Tell and ring somebody no longer; offers of the past still name them. Raises Refused."""
    _hold(contact)
    contact.ended_at = now
    notices.withdraw(_about(contact))
    db.session.flush()
    _note("contact_ended", contact, by_id=by_id, now=now)


def move_contact(contact: VendorContact, *, up: bool, by_id: int | None, now: datetime) -> None:
    """Let somebody be rung one place earlier or later; at the end nothing changes."""
    _hold(contact)
    order = queries.contacts_of(contact.vendor_id)
    place = order.index(contact)
    other = place + (-1 if up else 1)
    if not 0 <= other < len(order):
        return
    order[place], order[other] = order[other], order[place]
    for position, one in enumerate(order, 1):
        one.position = position
    db.session.flush()
    _note("contact_moved", contact, by_id=by_id, now=now, up=up)


def ask_to_verify(contact: VendorContact, *, by_id: int | None, now: datetime) -> None:
    """Have the system ring somebody, who presses 1 when the number is theirs. Raises Refused.

    A call that was asked for earlier and not made yet is taken back.
    """
    _check_unverified(contact)
    notices.withdraw(_about(contact))
    notices.tell(
        _about(contact),
        Kind.CONTACT_CHECK,
        audience=audience_of(contact.id),
        due_at=now,
        facts={},
        channel=Channel.VOICE,
        now=now,
    )
    _note("contact_check_asked", contact, by_id=by_id, now=now)


def verify(
    contact: VendorContact, *, by_id: int | None, confirmed_by: str = "", now: datetime
) -> None:
    """The number is right: ``confirmed_by`` said so to ``by_id``, or somebody pressed the key
    (``by_id`` None). Raises Refused when there is nothing to verify, Invalid without a name."""
    _check_unverified(contact)
    name = _name(confirmed_by) if by_id is not None else ""
    contact.verified_at, contact.verified_by_id, contact.verified_with = now, by_id, name
    notices.withdraw(_about(contact))
    db.session.flush()
    by_key = by_id is None
    _note("contact_verified", contact, by_id=by_id, now=now, by_key=by_key)


def _check_unverified(contact: VendorContact) -> None:
    _hold(contact)
    if not contact.phone:
        raise Refused(N_("There is no phone number to verify."))
    if contact.verified_at is not None:
        raise Refused(N_("This phone number was verified already."))


def _name(text: str) -> str:
    try:
        name = clean_name(text, NAME_LETTERS)
    except Problem as problem:
        raise Invalid({"confirmed_by": problem}) from problem
    if not name:
        raise Invalid({"confirmed_by": Problem(N_("Please write who answered and confirmed it."))})
    return name


def _hold(contact: VendorContact) -> None:
    """Let nobody else change this partner meanwhile. Raises Refused for one who has ended."""
    held(contact.vendor_id)
    db.session.refresh(contact)
    if contact.ended_at is not None:
        raise Refused(N_("This contact is no longer used."))


def _last_position(vendor_id: int) -> int:
    return max((one.position for one in queries.contacts_of(vendor_id)), default=0)


def _standing(contact: VendorContact, name: str) -> object:
    value = getattr(contact, name)
    return tuple(value) if name == "channels" else value


def _write(contact: VendorContact, details: ContactDetails) -> None:
    for name, value in vars(details).items():
        setattr(contact, name, value)
    contact.channels = [one.value for one in details.channels]


def _forget_verification(contact: VendorContact) -> None:
    contact.verified_at, contact.verified_by_id, contact.verified_with = None, None, ""
    notices.withdraw(_about(contact))


def _about(contact: VendorContact) -> str:
    return f"contact:{contact.id}"


def _note(
    what: str, contact: VendorContact, *, by_id: int | None, now: datetime, **detail: object
) -> None:
    about = subject(contact.vendor_id)
    audit.write(f"vendor.{what}", about, by_id=by_id, now=now, contact=contact.id, **detail)
