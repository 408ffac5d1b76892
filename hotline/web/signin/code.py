"""The second step: the code of an app or a recovery code; a passkey is shown beside."""

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from hotline import clock
from hotline.edge import keys
from hotline.edge.access import public
from hotline.edge.language import gettext, ngettext
from hotline.people import queries
from hotline.people import service as people
from hotline.people.models import Person
from hotline.people.service import Checked
from hotline.web import browsers
from hotline.web.browsers import one
from hotline.web.people import owners
from hotline.web.signin.frame import bp, complete, half_open, wanted


@bp.get("/sign-in/code")
@public
def code_form() -> ResponseReturnValue:
    """The six digits of the authenticator, a passkey, or a recovery code."""
    found = half_open()
    if found is None:
        return redirect(url_for(".form", next=wanted()))
    return code_page(found[1], {})


@bp.post("/sign-in/code")
@public
def check() -> ResponseReturnValue:
    """The code is right: signed in, with a new session. Each code is good once."""
    found = half_open()
    if found is None:
        return redirect(url_for(".form", next=wanted()))
    session, person = found
    where, field = browsers.source(person.email), "code" if one("code") else "recovery"
    outcome = people.check_code(
        person, one(field), session, keys.cipher(), source=where, now=clock.now()
    )
    if outcome is Checked.RIGHT:
        return complete(person)
    if outcome is Checked.RECOVERED:
        return _recovered(person)
    if outcome is Checked.ENDED:
        flash(gettext("Five codes were not right. Please begin again with the password."))
        return redirect(url_for(".form", next=wanted()))
    return code_page(person, {field: _sentence(outcome, field)}), 422


def code_page(person: Person, errors: dict[str, str]) -> str:
    """The page that asks for the second factor, with every way this person has."""
    return render_template(
        "signin/code.html",
        errors=errors,
        wanted=wanted(),
        has_app=person.totp_secret is not None,
        has_passkey=keys.site() is not None and bool(queries.passkeys_of(person.id)),
        has_codes=bool(queries.recovery_codes_left(person.id)),
    )


def _recovered(person: Person) -> ResponseReturnValue:
    left = queries.recovery_codes_left(person.id)
    flash(
        ngettext(
            "%(num)s recovery code is left. You can make new ones on your account page.",
            "%(num)s recovery codes are left. You can make new ones on your account page.",
            left,
        )
        if left
        else gettext("That was the last recovery code. Please make new ones on your account page.")
    )
    owners.tell(person, "code_used")
    return complete(person, told=True)


def _sentence(outcome: Checked, field: str) -> str:
    if outcome is Checked.USED:
        return gettext("This code was used already. Please wait for the next one.")
    if field == "recovery":
        return gettext("This recovery code is not right, or it was used already.")
    return gettext("This code is not right. Please type the one that is shown now.")
