"""Links out of mails: a new password for whoever was invited or forgot it."""

from flask import render_template
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.edge import keys
from hotline.edge.access import public
from hotline.edge.errors import said
from hotline.edge.language import gettext
from hotline.errors import Invalid
from hotline.notices import service as notices
from hotline.notices.rules import Kind
from hotline.people import queries
from hotline.people import service as people
from hotline.sessions.rules import Source
from hotline.web import browsers
from hotline.web.browsers import one
from hotline.web.people import owners
from hotline.web.signin.frame import begin, bp


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
    now = clock.now()
    invited = queries.by_link(token, now=now)
    was_in_use = invited is not None and invited.password_hash is not None
    try:
        person = people.use_link(token, password, common=keys.common_passwords(), now=now)
    except Invalid as problem:
        return _link_page(token, said(problem), 422)
    if was_in_use:
        owners.tell(person, "password_set")
    return begin(person)


def _link_page(token: str, errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    invited = queries.by_link(token, now=clock.now())
    if invited is None:
        return render_template("signin/dead_link.html"), 404
    return render_template("signin/link.html", invited=invited, errors=errors), status
