"""A passkey instead of a password, or after it."""

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from hotline import clock
from hotline.edge import keys
from hotline.edge.access import public
from hotline.edge.language import gettext
from hotline.errors import N_, Refused
from hotline.people import service as people
from hotline.people.models import Person
from hotline.people.rules import Site
from hotline.people.service import Shown
from hotline.sessions.rules import Source
from hotline.web import browsers
from hotline.web.browsers import one
from hotline.web.people import owners
from hotline.web.signin.code import code_page
from hotline.web.signin.frame import bp, complete, half_open, wanted
from hotline.web.signin.password import form_page

NOT_HERE = N_(
    "Passkeys do not work at this address: browsers want https and a name, not a bare number."
)


@bp.post("/sign-in/passkey/options")
@public
def passkey_options() -> ResponseReturnValue:
    """What the browser is to show a passkey for; it may be anybody's."""
    return as_json(people.ask_for_passkey(site(), now=clock.now()))


@bp.post("/sign-in/passkey")
@public
def enter_by_passkey() -> ResponseReturnValue:
    """A passkey that asked for finger, face or PIN is both factors at once: signed in."""
    shown = show(None)
    if shown.person is None:
        return form_page({"passkey": not_shown()}), 422
    return complete(shown.person)


@bp.post("/sign-in/code/passkey/options")
@public
def second_options() -> ResponseReturnValue:
    """What the browser is to show a passkey of whoever gave the password for."""
    found = half_open()
    if found is None:
        raise Refused(N_("Please begin again with the password."))
    return as_json(people.ask_for_passkey(site(), person=found[1], now=clock.now()))


@bp.post("/sign-in/code/passkey")
@public
def check_passkey() -> ResponseReturnValue:
    """A passkey of whoever gave the password: signed in."""
    found = half_open()
    if found is None:
        return redirect(url_for(".form", next=wanted()))
    person = found[1]
    if show(person).person is None:
        return code_page(person, {"passkey": not_shown()}), 422
    return complete(person)


def show(person: Person | None) -> Shown:
    """What the passkey in the form proves; of a copied one people are told."""
    where = Source(browsers.address())
    shown = people.show_passkey(
        one("credential"), site(), source=where, person=person, now=clock.now()
    )
    if shown.copied_from is not None:
        owners.alarm_of_a_copy(shown.copied_from)
    return shown


def site() -> Site:
    """Whom passkeys are for. Raises Refused where browsers do not take them."""
    found = keys.site()
    if found is None:
        raise Refused(NOT_HERE)
    return found


def not_shown() -> str:
    """The one sentence for every passkey that proves nothing, whatever was wrong with it."""
    return gettext("This passkey could not be used. Please try once more, or use another way.")


def as_json(text: str) -> Response:
    """An answer that is JSON already."""
    return Response(text, content_type="application/json")
