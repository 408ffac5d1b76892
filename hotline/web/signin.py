"""Sign-in with password and code, links out of mails, and sign-out."""

import base64

import pyotp
import qrcode
from flask import Blueprint, flash, g, jsonify, render_template, request, url_for
from flask import session as form_session
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import generate_csrf
from qrcode.image.svg import SvgPathFillImage
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from hotline import clock, policy
from hotline.duty.rules import LinesPolicy
from hotline.edge import identity, keys, requests
from hotline.edge.access import public
from hotline.edge.errors import said
from hotline.errors import Invalid
from hotline.notices import service as notices
from hotline.notices.rules import Kind
from hotline.people import queries, rules
from hotline.people import service as people
from hotline.people.models import Person
from hotline.people.service import Checked
from hotline.sessions import service as sessions
from hotline.sessions.models import SignedIn
from hotline.sessions.rules import Source
from hotline.web import browsers
from hotline.web.browsers import one
from hotline.web.frame import FIRST_PAGE
from hotline.web.language import own_path

bp = Blueprint("signin", __name__)


@bp.get("/sign-in")
@public
def form() -> ResponseReturnValue:
    """Mail address and password, and the number to call when there is no time for that."""
    return _form_page({})


@bp.post("/sign-in")
@public
def enter() -> ResponseReturnValue:
    """The password is right: on to the code. Or the form again, whoever it was that tried."""
    now = clock.now()
    email = one("email")
    person = people.sign_in(email, one("password"), source=browsers.source(email), now=now)
    if person is None:
        sentence = gettext(
            "This address and password do not belong together. Please type them once more, or"
            " choose a new password."
        )
        return _form_page({"password": sentence}), 422
    return _begin(person)


@bp.get("/sign-in/code")
@public
def code_form() -> ResponseReturnValue:
    """The six digits of the authenticator."""
    if _half_open() is None:
        return redirect(url_for(".form", next=_wanted()))
    return render_template("signin/code.html", errors={}, wanted=_wanted())


@bp.post("/sign-in/code")
@public
def check() -> ResponseReturnValue:
    """The code is right: signed in, with a new session. Each code is good once."""
    found = _half_open()
    if found is None:
        return redirect(url_for(".form", next=_wanted()))
    session, person = found
    where = browsers.source(person.email)
    outcome = people.check_code(
        person, one("code"), session, keys.cipher(), source=where, now=clock.now()
    )
    if outcome is Checked.RIGHT:
        return _complete(person)
    if outcome is Checked.ENDED:
        flash(gettext("Five codes were not right. Please begin again with the password."))
        return redirect(url_for(".form", next=_wanted()))
    sentences = {
        Checked.WRONG: gettext("This code is not right. Please type the one that is shown now."),
        Checked.USED: gettext("This code was used already. Please wait for the next one."),
    }
    errors = {"code": sentences[outcome]}
    return render_template("signin/code.html", errors=errors, wanted=_wanted()), 422


@bp.get("/sign-in/state")
@public
def state() -> ResponseReturnValue:
    """Who is signed in in this browser, and the token of forms: for pages that were open before."""
    requests.is_poll()
    return jsonify(person=g.person_id, token=generate_csrf())


@bp.get("/sign-in/second-factor")
@public
def setup_form() -> ResponseReturnValue:
    """A picture for the authenticator app, and the same secret to type."""
    return _setup_page({})


@bp.post("/sign-in/second-factor")
@public
def setup() -> ResponseReturnValue:
    """The first code proves that the device took the secret over: signed in."""
    session, person = _whoever_has_the_password()
    if session is None or person is None:
        return redirect(url_for(".form"))
    if not people.confirm_second_factor(
        person, session, one("code"), keys.cipher(), now=clock.now()
    ):
        sentence = gettext("This code is not right. Please type the one that is shown now.")
        return _setup_page({"code": sentence}, 422)
    flash(gettext("From now on this app proves that it is you."))
    return _complete(person)


@bp.get("/sign-in/reset")
@public
def reset_form() -> ResponseReturnValue:
    """Where to send a link for a new password."""
    return render_template("signin/reset.html", sent=False)


@bp.post("/sign-in/reset")
@public
def reset() -> ResponseReturnValue:
    """Send a link when the address has an account; the answer is the same when it has none."""
    now = clock.now()
    email = one("email")
    person = people.request_reset(email, source=Source(browsers.address()), now=now)
    if person is not None:
        subject = people.subject(person.id)
        notices.tell(subject, Kind.RESET, person_id=person.id, due_at=now, facts={}, now=now)
    return render_template("signin/reset.html", sent=True)


@bp.get("/invite/<token>")
@bp.get("/reset/<token>")
@public
def link_form(token: str) -> ResponseReturnValue:
    """Choose a password, with the link of an invitation or a reset."""
    return _link_page(token, {})


@bp.post("/invite/<token>")
@bp.post("/reset/<token>")
@public
def use_link(token: str) -> ResponseReturnValue:
    """Take the new password; the link is dead from now on."""
    password = one("password")
    if password != one("again"):
        return _link_page(token, {"again": gettext("The two passwords are not the same.")}, 422)
    try:
        person = people.use_link(token, password, common=keys.common_passwords(), now=clock.now())
    except Invalid as problem:
        return _link_page(token, said(problem), 422)
    return _begin(person)


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


def _begin(person: Person) -> Response:
    """After the password: a half-open session when a second factor is due, else signed in."""
    if person.totp_secret is None and not rules.needs_second_factor(person.roles):
        return _complete(person)
    now = clock.now()
    sessions.end(identity.cookie())
    secret = browsers.begin(person, complete=False)
    page = ".code_form"
    if person.totp_secret is None:
        page = ".setup_form"
        half_open = sessions.find(secret, now=now)
        assert half_open is not None  # noqa: S101 - it was begun two lines above
        people.offer_second_factor(half_open, keys.cipher())
    form_session.clear()
    answer = redirect(url_for(page, next=_wanted()))
    identity.set_cookie(answer, secret)
    return answer


def _complete(person: Person) -> Response:
    told = form_session.get("_flashes")
    form_session.clear()  # A fresh token for forms, too.
    if told:
        form_session["_flashes"] = told
    people.signed_in(person, source=browsers.source(person.email), now=clock.now())
    answer = redirect(_wanted() or FIRST_PAGE)
    identity.set_cookie(answer, browsers.renew(person))
    browsers.remember(answer, person)
    return answer


def _half_open() -> tuple[SignedIn, Person] | None:
    """Who gave the right password in this browser and still owes a code."""
    session, person = _whoever_has_the_password()
    if session is None or person is None or session.complete or person.totp_secret is None:
        return None
    return session, person


def _whoever_has_the_password() -> tuple[SignedIn | None, Person | None]:
    session: SignedIn | None = g.session
    return session, queries.active(session.person_id) if session is not None else None


def _form_page(errors: dict[str, str]) -> str:
    return render_template(
        "signin/form.html",
        errors=errors,
        lines=policy.get(LinesPolicy).lines,
        email=one("email"),
        wanted=_wanted(),
    )


def _setup_page(errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    session, person = _whoever_has_the_password()
    offered = session.offered_secret if session is not None else None
    if person is None or person.totp_secret is not None or offered is None:
        return redirect(url_for(".form"))
    secret = keys.cipher().decrypt(offered)
    page = render_template(
        "signin/setup.html",
        errors=errors,
        picture=_picture(secret, person.email),
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        wanted=_wanted(),
    )
    return page, status


def _link_page(token: str, errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    invited = queries.by_link(token, now=clock.now())
    if invited is None:
        return render_template("signin/dead_link.html"), 404
    return render_template("signin/link.html", invited=invited, errors=errors), status


def _picture(secret: str, email: str) -> str:
    """The QR code of the secret as the address of an image."""
    uri = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=gettext("Hotline"))
    picture = qrcode.make(uri, image_factory=SvgPathFillImage, border=4)
    return "data:image/svg+xml;base64," + base64.b64encode(picture.to_string()).decode()


def _wanted() -> str | None:
    wanted = own_path(request.values.get("next", ""))
    return None if wanted == FIRST_PAGE else wanted
