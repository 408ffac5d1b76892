"""One's passkeys: make one, and take one away."""

from flask import flash
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.edge import errors, identity
from hotline.edge.access import EVERYBODY, allow
from hotline.edge.language import gettext
from hotline.errors import Invalid, Refused
from hotline.people import queries
from hotline.people import service as people
from hotline.web.account.frame import again, back, bp, needs_proof
from hotline.web.browsers import one
from hotline.web.people import owners
from hotline.web.signin.passkeys import as_json, site


@bp.post("/passkeys/options")
@allow(EVERYBODY)
@needs_proof
def passkey_options() -> ResponseReturnValue:
    """What the browser is to make a passkey from."""
    label = gettext("Cyber incident hotline")
    return as_json(
        people.ask_for_new_passkey(identity.person(), site(), label=label, now=clock.now())
    )


@bp.post("/passkeys")
@allow(EVERYBODY)
@needs_proof
def add_passkey() -> ResponseReturnValue:
    """Keep the passkey that this browser, or the device beside it, made."""
    person, name = identity.person(), one("name")
    try:
        people.add_passkey(person, one("credential"), name, site(), now=clock.now())
    except Invalid as invalid:
        return again({"passkey": errors.say(invalid.fields["name"])})
    except Refused as refused:
        return again({"passkey": errors.say(refused)}, 409)
    owners.tell(person, "passkey_added")
    flash(gettext("The passkey is added. Next time you can sign in with it."))
    if not queries.recovery_codes_left(person.id):
        flash(gettext("Please make recovery codes too, for when the device is lost."))
    return back("passkeys-h")


@bp.post("/passkeys/<int:passkey_id>/remove")
@allow(EVERYBODY)
@needs_proof
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    """Nobody signs in with this passkey any more."""
    person = identity.person()
    try:
        people.remove_passkey(person, passkey_id, by_id=person.id, now=clock.now())
    except Refused as refused:
        return again({"passkey": errors.say(refused)}, 409)
    owners.tell(person, "passkey_removed")
    flash(gettext("The passkey is removed."))
    return back("passkeys-h")
