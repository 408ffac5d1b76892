"""The authenticator app, and the codes for when the device is lost."""

from flask import flash, g, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from hotline import clock
from hotline.edge import errors, identity, keys
from hotline.edge.access import EVERYBODY, allow
from hotline.edge.language import gettext
from hotline.errors import Refused
from hotline.people import service as people
from hotline.web.account.frame import again, back, bp, needs_proof
from hotline.web.people import owners


@bp.post("/second-factor")
@allow(EVERYBODY)
@needs_proof
def begin_second_factor() -> ResponseReturnValue:
    """Offer an authenticator app: the first one, or one on a new device."""
    people.offer_second_factor(g.session, keys.cipher())
    return redirect(url_for("signin.setup_form", next=url_for(".show")))


@bp.post("/second-factor/end")
@allow(EVERYBODY)
@needs_proof
def end_second_factor() -> ResponseReturnValue:
    """Go on without the app, where the role allows it or a passkey is left."""
    person = identity.person()
    try:
        people.end_app(person, now=clock.now())
    except Refused as refused:
        return again({"app": errors.say(refused)}, 409)
    owners.tell(person, "app_ended")
    flash(gettext("The authenticator app is taken off."))
    return back("app-h")


@bp.post("/recovery-codes")
@allow(EVERYBODY)
@needs_proof
def make_codes() -> ResponseReturnValue:
    """Ten new recovery codes, shown this once; the former ones are worthless."""
    person = identity.person()
    try:
        codes = people.make_codes(person, keys.cipher(), now=clock.now())
    except Refused as refused:
        return again({"codes": errors.say(refused)}, 409)
    owners.tell(person, "codes_made")
    onward = url_for(".show", _anchor="codes-h")
    return render_template("account/codes.html", codes=codes, whose=person, onward=onward)
