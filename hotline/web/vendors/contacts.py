"""Whom of a partner we tell and ring, in which order, and whether the number is right."""

from collections.abc import Callable, Sequence

from flask import g, request
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.edge import requests
from hotline.edge.access import allow
from hotline.edge.language import gettext
from hotline.notices.rules import Channel
from hotline.vendors import rules
from hotline.vendors import service as vendors
from hotline.vendors.models import Vendor, VendorContact
from hotline.vendors.rules import LOCALES, REACHED_BY, ContactDetails
from hotline.web.browsers import one as field
from hotline.web.formats import phone
from hotline.web.sent import Sent
from hotline.web.vendors.found import CHANGERS, act, bp, contact, render, vendor
from hotline.web.vendors.page import page

NAMES = ("name", "locale", "phone", "email", "at_any_hour")
USUAL = (Channel.VOICE, Channel.MAIL)


@bp.get("/vendors/<int:vendor_id>/contacts/new")
@allow(CHANGERS)
def new_contact(vendor_id: int) -> ResponseReturnValue:
    """The form of somebody nobody has written down yet."""
    one = vendor(vendor_id)
    requests.note_read(vendors.subject(one.id))
    return _form(one, None, Sent(values={"locale": "ja"}), USUAL)


@bp.post("/vendors/<int:vendor_id>/contacts")
@allow(CHANGERS)
def add_contact(vendor_id: int) -> ResponseReturnValue:
    """Write somebody down; they are rung last until somebody moves them up."""

    def verb() -> str:
        one = vendor(vendor_id)
        vendors.add_contact(one, _details(), by_id=g.person_id, now=clock.now())
        return gettext("Saved. A new phone is rung only after it was verified.")

    return act(vendor_id, "contact", verb, lambda one, sent: _form(one, None, sent, _ticked()))


@bp.get("/vendors/<int:vendor_id>/contacts/<int:contact_id>")
@allow(CHANGERS)
def edit_contact(vendor_id: int, contact_id: int) -> ResponseReturnValue:
    """The form of one contact."""
    one, someone = vendor(vendor_id), contact(vendor_id, contact_id)
    requests.note_read(vendors.subject(one.id))
    return _form(one, someone, Sent(values=_standing(someone)), someone.channels)


@bp.post("/vendors/<int:vendor_id>/contacts/<int:contact_id>")
@allow(CHANGERS)
def change_contact(vendor_id: int, contact_id: int) -> ResponseReturnValue:
    """Save a contact; another phone must be verified anew."""

    def verb() -> str:
        someone = contact(vendor_id, contact_id)
        vendors.change_contact(someone, _details(), by_id=g.person_id, now=clock.now())
        return gettext("Saved. A new phone is rung only after it was verified.")

    def again(one: Vendor, sent: Sent) -> str:
        return _form(one, contact(vendor_id, contact_id), sent, _ticked())

    return act(vendor_id, "contact", verb, again)


def _details() -> ContactDetails:
    texts = {name: field(name) for name in NAMES}
    return rules.contact(texts, _ticked())


def _ticked() -> list[str]:
    return request.form.getlist("channels")


def _standing(someone: VendorContact) -> dict[str, str]:
    return {
        "name": someone.name,
        "locale": someone.locale[:2],
        "phone": phone(someone.phone) if someone.phone else "",
        "email": someone.email,
        "at_any_hour": "on" if someone.at_any_hour else "",
    }


def _form(one: Vendor, someone: VendorContact | None, sent: Sent, ticked: Sequence[str]) -> str:
    shown = {"contact": someone, "sent": sent, "ticked": ticked}
    return render("contact", vendor=one, **shown, locales=LOCALES, channels=REACHED_BY)


# One button each


def _done(
    vendor_id: int, contact_id: int, verb: Callable[[VendorContact], str]
) -> ResponseReturnValue:
    form = f"contact-{contact_id}"
    return act(vendor_id, form, lambda: verb(contact(vendor_id, contact_id)), page)


@bp.post("/vendors/<int:vendor_id>/contacts/<int:contact_id>/verify")
@allow(CHANGERS)
def verify_contact(vendor_id: int, contact_id: int) -> ResponseReturnValue:
    """Somebody called, and whoever answered said that the number is right."""

    def verb(someone: VendorContact) -> str:
        name = field("confirmed_by")
        vendors.verify(someone, by_id=g.person_id, confirmed_by=name, now=clock.now())
        return gettext("The phone number is verified.")

    return _done(vendor_id, contact_id, verb)


@bp.post("/vendors/<int:vendor_id>/contacts/<int:contact_id>/ring")
@allow(CHANGERS)
def ring_contact(vendor_id: int, contact_id: int) -> ResponseReturnValue:
    """Have the system ring; pressing 1 verifies the number."""

    def verb(someone: VendorContact) -> str:
        vendors.ask_to_verify(someone, by_id=g.person_id, now=clock.now())
        return gettext("The phone rings now. Whoever answers presses 1 when the number is right.")

    return _done(vendor_id, contact_id, verb)


@bp.post("/vendors/<int:vendor_id>/contacts/<int:contact_id>/up")
@allow(CHANGERS)
def move_up(vendor_id: int, contact_id: int) -> ResponseReturnValue:
    """Ring somebody one place earlier."""
    return _done(vendor_id, contact_id, lambda someone: _moved(someone, up=True))


@bp.post("/vendors/<int:vendor_id>/contacts/<int:contact_id>/down")
@allow(CHANGERS)
def move_down(vendor_id: int, contact_id: int) -> ResponseReturnValue:
    """Ring somebody one place later."""
    return _done(vendor_id, contact_id, lambda someone: _moved(someone, up=False))


def _moved(someone: VendorContact, *, up: bool) -> str:
    vendors.move_contact(someone, up=up, by_id=g.person_id, now=clock.now())
    return gettext("The order is changed.")


@bp.post("/vendors/<int:vendor_id>/contacts/<int:contact_id>/end")
@allow(CHANGERS)
def end_contact(vendor_id: int, contact_id: int) -> ResponseReturnValue:
    """Tell and ring somebody no longer."""

    def verb(someone: VendorContact) -> str:
        vendors.end_contact(someone, by_id=g.person_id, now=clock.now())
        return gettext("%(name)s is not told or rung any more.", name=someone.name)

    return _done(vendor_id, contact_id, verb)
