"""The account page as a whole, and the proof that what changes sign-in asks for."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from hotline import clock
from hotline.edge import identity, keys
from hotline.edge.language import gettext
from hotline.errors import N_
from hotline.people import queries, rules
from hotline.sessions import queries as session_queries
from hotline.sessions import rules as session_rules

bp = Blueprint("account", __name__, url_prefix="/me")

View = TypeVar("View", bound=Callable[..., Any])

THEMES = {
    "light": N_("Light"),
    "dark": N_("Dark"),
    "default": N_("As the device"),
}


def is_proved() -> bool:
    """Whether the owner of this session showed a moment ago, by password or passkey, to be here."""
    return session_rules.is_recent(g.session.proved_at, now=clock.now())


def needs_proof(view: View) -> View:
    """Ask for the password first when the last proof is older than ten minutes: a browser that
    somebody left open must not be enough to change how its owner signs in.
    """

    @wraps(view)
    def asked(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        if not is_proved():
            sentence = gettext("Please type your password first, then press the button again.")
            return again({"proof": sentence})
        answer: ResponseReturnValue = view(*args, **kwargs)
        return answer

    return asked  # type: ignore[return-value]  # it takes and gives what the view does


def whole(errors: dict[str, str]) -> str:
    """The account page; ``errors`` stand beside their fields."""
    person, now = identity.person(), clock.now()
    return render_template(
        "account/show.html",
        errors=errors,
        open_sessions=session_queries.of_person(person.id, now=now),
        this_session=g.session,
        called=called,
        name_letters=session_rules.NAME_LETTERS,
        themes=THEMES,
        chosen_theme=person.theme or "default",
        passkeys=queries.passkeys_of(person.id),
        passkeys_work=keys.site() is not None,
        codes_left=queries.recovery_codes_left(person.id),
        codes_made=rules.RECOVERY_CODES,
        may_do_without=not rules.needs_second_factor(person.roles),
        tokens=len(queries.tokens_of(person.id, now=now)),
        this_browser=called(request.user_agent.string),
        proved=is_proved(),
        now=now,
    )


def again(errors: dict[str, str], status: int = 422) -> ResponseReturnValue:
    """The account page with what to do about the form that was sent."""
    return make_response(whole(errors), status)


def back(anchor: str) -> Response:
    """The account page, at the part that was changed."""
    return redirect(url_for(".show", _anchor=anchor), code=303)


def called(browser: str) -> str:
    """A browser in words, as its owner knows it: ``Chrome（Windows）``."""
    name, system = session_rules.called(browser)
    name = name or gettext("Another browser")
    return gettext("%(browser)s (%(system)s)", browser=name, system=system) if system else name
