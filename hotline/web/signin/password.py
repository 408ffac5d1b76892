"""The first step: mail address and password."""

from flask import render_template
from flask.typing import ResponseReturnValue

from hotline import clock, policy
from hotline.duty.rules import LinesPolicy
from hotline.edge import keys
from hotline.edge.access import public
from hotline.edge.language import gettext
from hotline.people import service as people
from hotline.web import browsers
from hotline.web.browsers import one
from hotline.web.signin.frame import begin, bp, wanted


@bp.get("/sign-in")
@public
def form() -> ResponseReturnValue:
    """Mail address and password, and the number to call when there is no time for that."""
    return form_page({})


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
        return form_page({"password": sentence}), 422
    return begin(person)


def form_page(errors: dict[str, str]) -> str:
    """The page that asks who is there, with what to do about the last try."""
    return render_template(
        "signin/form.html",
        errors=errors,
        lines=policy.get(LinesPolicy).lines,
        email=one("email"),
        wanted=wanted(),
        passkeys=keys.site() is not None,
    )
