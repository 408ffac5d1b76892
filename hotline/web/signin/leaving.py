"""Who is signed in here, and sign-out."""

from flask import g, jsonify, url_for
from flask import session as form_session
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from werkzeug.utils import redirect

from hotline import clock
from hotline.edge import identity, requests
from hotline.edge.access import public
from hotline.people import service as people
from hotline.sessions import service as sessions
from hotline.web.signin.frame import bp


@bp.get("/sign-in/state")
@public
def state() -> ResponseReturnValue:
    """Who is signed in in this browser, and the token of forms: for pages that were open before."""
    requests.is_poll()
    return jsonify(person=g.person_id, token=generate_csrf())


@bp.post("/sign-out")
@public
def leave() -> ResponseReturnValue:
    """End this session here and on the server; a copy of the cookie is worth nothing."""
    if g.session is not None:
        people.signed_out(g.session.person_id, now=clock.now())
        sessions.end_one(g.session.id_hash)
    form_session.clear()
    answer = redirect(url_for(".form"))
    identity.drop_cookie(answer)
    return answer
