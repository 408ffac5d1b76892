"""The account page: language, colours, and the proof that somebody is there."""

from flask import g, request
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from hotline import clock
from hotline.edge import identity, language
from hotline.edge.access import EVERYBODY, allow
from hotline.edge.language import gettext
from hotline.people import service as people
from hotline.sessions import service as sessions
from hotline.web import browsers
from hotline.web.account.frame import again, back, bp, whole
from hotline.web.browsers import one
from hotline.web.language import own_path
from hotline.web.signin import passkeys


@bp.get("")
@allow(EVERYBODY)
def show() -> ResponseReturnValue:
    """Language, colours, every way to sign in, and where one is signed in."""
    return whole({})


@bp.post("/language")
@allow(EVERYBODY)
def set_language() -> ResponseReturnValue:
    """Remember the language in the account and in this browser."""
    person, code = identity.person(), one("locale")
    people.set_locale(person, code, now=clock.now())
    answer = redirect("/me")
    language.remember(answer, code)
    return answer


@bp.post("/theme")
@allow(EVERYBODY)
def set_theme() -> ResponseReturnValue:
    """Remember in which colours this person reads."""
    people.set_theme(identity.person(), one("theme"), now=clock.now())
    return redirect("/me")


@bp.post("/proof")
@allow(EVERYBODY)
def prove() -> ResponseReturnValue:
    """The password once more: for ten minutes it opens what changes sign-in."""
    person, now = identity.person(), clock.now()
    where = browsers.source(person.email)
    if not people.knows_password(person, one("proof"), source=where, now=now):
        sentence = gettext("This is not the present password. Please type it once more.")
        return again({"proof": sentence})
    return _proved()


@bp.post("/proof/passkey/options")
@allow(EVERYBODY)
def proof_options() -> ResponseReturnValue:
    """What the browser is to show one of this person's passkeys for."""
    person, site = identity.person(), passkeys.site()
    return passkeys.as_json(people.ask_for_passkey(site, person=person, now=clock.now()))


@bp.post("/proof/passkey")
@allow(EVERYBODY)
def prove_by_passkey() -> ResponseReturnValue:
    """One of this person's passkeys, instead of the password."""
    if passkeys.show(identity.person()).person is None:
        return again({"proof": passkeys.not_shown()})
    return _proved()


def _proved() -> ResponseReturnValue:
    sessions.prove(g.session.id_hash, now=clock.now())
    wanted = own_path(request.form.get("next", ""))
    return redirect(wanted, code=303) if wanted != "/" else back("ways")
