"""One's API tokens: a program may do with them what their owner may."""

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.edge import errors, identity
from hotline.edge.access import EVERYBODY, allow
from hotline.edge.language import gettext
from hotline.errors import Invalid, Refused
from hotline.people import queries, rules
from hotline.people import service as people
from hotline.web.account.frame import bp, is_proved, needs_proof
from hotline.web.browsers import one
from hotline.web.people import owners


@bp.get("/tokens")
@allow(EVERYBODY)
def tokens() -> ResponseReturnValue:
    """The living tokens, and a form for a new one."""
    return _page({})


@bp.post("/tokens")
@allow(EVERYBODY)
@needs_proof
def make_token() -> ResponseReturnValue:
    """A new token, shown this once."""
    person, now = identity.person(), clock.now()
    try:
        name, days = rules.checked_token(one("name"), one("days"))
        made = people.create_token(person, name=name, days=days, by_id=person.id, now=now)
    except Invalid as invalid:
        return make_response(_page(errors.said(invalid)), 422)
    except Refused as refused:
        return make_response(_page({"name": errors.say(refused)}), 409)
    owners.tell(person, "token_made")
    return _page({}, made=made)


@bp.post("/tokens/<int:token_id>/revoke")
@allow(EVERYBODY)
def revoke_token(token_id: int) -> ResponseReturnValue:
    """The token is worthless from now on."""
    person = identity.person()
    people.revoke_own_token(person, token_id, by_id=person.id, now=clock.now())
    owners.tell(person, "token_revoked")
    flash(gettext("The token is revoked."))
    return redirect(url_for(".tokens"), code=303)


def _page(wrong: dict[str, str], *, made: str = "") -> str:
    now = clock.now()
    return render_template(
        "account/tokens.html",
        errors=wrong,
        made=made,
        tokens=queries.tokens_of(identity.person().id, now=now),
        days=rules.TOKEN_DAYS,
        chosen_days=request.form.get("days", str(rules.USUAL_TOKEN_DAYS)),
        name=request.form.get("name", "") if wrong else "",
        passkeys=queries.passkeys_of(identity.person().id),
        proved=is_proved(),
        now=now,
    )
