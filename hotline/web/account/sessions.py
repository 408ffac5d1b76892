"""Where one is signed in, and how that ends."""

from flask import flash, g
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.edge import identity
from hotline.edge.access import EVERYBODY, allow
from hotline.edge.language import gettext
from hotline.errors import Missing
from hotline.people import service as people
from hotline.sessions import service as sessions
from hotline.web.account.frame import back, bp


@bp.post("/sessions/<session>/end")
@allow(EVERYBODY)
def end_session(session: str) -> ResponseReturnValue:
    """Sign one browser out."""
    person = identity.person()
    if not sessions.end_named(person.id, session):
        raise Missing()
    people.signed_out(person.id, now=clock.now())
    flash(gettext("That browser is signed out."))
    return back("sessions-h")


@bp.post("/sign-out-everywhere")
@allow(EVERYBODY)
def sign_out_everywhere() -> ResponseReturnValue:
    """End every session of this person but this one."""
    person = identity.person()
    sessions.end_others(person.id, g.session.id_hash)
    people.signed_out(person.id, now=clock.now())
    flash(gettext("Every other browser is signed out."))
    return back("sessions-h")
