"""Set an authenticator app up, by its picture and its first code."""

import base64

import pyotp
from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from hotline import clock
from hotline.edge import keys
from hotline.edge.access import public
from hotline.edge.language import gettext
from hotline.people import queries
from hotline.people import service as people
from hotline.people.models import Person
from hotline.sessions.models import SignedIn
from hotline.sessions.rules import is_recent
from hotline.web.browsers import one
from hotline.web.frame import FIRST_PAGE
from hotline.web.people import owners
from hotline.web.signin.frame import admit, bp, complete, wanted, whoever_has_the_password


@bp.get("/sign-in/second-factor")
@public
def setup_form() -> ResponseReturnValue:
    """A picture for the authenticator app, and the same secret to type."""
    return _setup_page({})


@bp.post("/sign-in/second-factor")
@public
def setup() -> ResponseReturnValue:
    """The first code proves that the device took the secret over: signed in."""
    session, person = whoever_has_the_password()
    if session is None or person is None:
        return redirect(url_for(".form"))
    if _is_left_open(session):
        return _to_the_proof()
    if not people.confirm_second_factor(
        person, session, one("code"), keys.cipher(), now=clock.now()
    ):
        sentence = gettext("This code is not right. Please type the one that is shown now.")
        return _setup_page({"code": sentence}, 422)
    flash(gettext("From now on this app proves that it is you."))
    owners.tell(person, "app_set")
    return _with_codes(person)


def _with_codes(person: Person) -> ResponseReturnValue:
    """Signed in; whoever has no recovery codes yet sees them now, this once."""
    if queries.recovery_codes_left(person.id):
        return complete(person, told=True)
    codes = people.make_codes(person, keys.cipher(), now=clock.now())
    onward = wanted() or FIRST_PAGE
    return admit(
        person,
        lambda: render_template("account/codes.html", codes=codes, whose=person, onward=onward),
        told=True,
    )


def _is_left_open(session: SignedIn) -> bool:
    """Whether the app was begun in a browser whose owner may have gone since."""
    return session.complete and not is_recent(session.proved_at, now=clock.now())


def _to_the_proof() -> ResponseReturnValue:
    flash(gettext("Please type your password first, then press the button again."))
    return redirect(url_for("account.show", _anchor="ways"))


def _setup_page(errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    session, person = whoever_has_the_password()
    offered = session.offered_secret if session is not None else None
    if session is None or person is None or offered is None:
        return redirect(url_for(".form"))
    if not session.complete and queries.has_second_factor(person):
        return redirect(url_for(".form"))
    if _is_left_open(session):
        return _to_the_proof()
    secret = keys.cipher().decrypt(offered)
    page = render_template(
        "signin/setup.html",
        errors=errors,
        picture=_picture(secret, person.email),
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        wanted=wanted(),
    )
    return page, status


def _picture(secret: str, email: str) -> str:
    """The QR code of the secret as the address of an image."""
    uri = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=gettext("Hotline"))
    # Imported here: few people ever set a second factor up, and the drawing takes 2 MiB.
    import qrcode
    from qrcode.image.svg import SvgPathFillImage

    picture = qrcode.make(uri, image_factory=SvgPathFillImage, border=4)
    return "data:image/svg+xml;base64," + base64.b64encode(picture.to_string()).decode()
