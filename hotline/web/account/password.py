"""A new password for somebody who knows the present one."""

from flask import flash
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.edge import identity, keys
from hotline.edge.access import EVERYBODY, allow
from hotline.edge.errors import said
from hotline.edge.language import gettext
from hotline.errors import Invalid
from hotline.people import service as people
from hotline.web import browsers
from hotline.web.account.frame import again, back, bp
from hotline.web.browsers import one
from hotline.web.people import owners


@bp.post("/password")
@allow(EVERYBODY)
def change_password() -> ResponseReturnValue:
    """Take a new password; every other browser is signed out."""
    person, now = identity.person(), clock.now()
    where = browsers.source(person.email)
    if not people.knows_password(person, one("present"), source=where, now=now):
        sentence = gettext("This is not the present password. Please type it once more.")
        return again({"present": sentence})
    if one("password") != one("again"):
        return again({"again": gettext("The two passwords are not the same.")})
    try:
        people.set_password(person, one("password"), common=keys.common_passwords(), now=now)
    except Invalid as problem:
        return again(said(problem))
    owners.tell(person, "password_set")
    flash(gettext("The password is changed. Other browsers are signed out."))
    answer = back("password-h")
    identity.set_cookie(answer, browsers.renew(person))
    return answer
