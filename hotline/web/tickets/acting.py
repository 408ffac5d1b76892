"""One verb on one ticket as a view: do it and go back, or show the ticket again with what to do."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.edge.identity import person
from hotline.web.tickets import act

Verb = Callable[..., str]
"""Takes the ticket, the rest of the address and ``now``; says in a sentence what was done."""

View = Callable[..., ResponseReturnValue]


def acts(form: str) -> Callable[[Verb], View]:
    """Make a verb a view; ``form`` names its form on the page: ``clock-{clock_id}-meet``."""

    def wrap(verb: Verb) -> View:
        @wraps(verb)
        def view(number: str, **rest: int) -> ResponseReturnValue:
            done = partial(verb, **rest, now=clock.now())
            return act(number, form.format(**rest), done)

        return view

    return wrap


def noted() -> dict[str, Any]:
    """The note of the form and who wrote it, for verbs that want both."""
    return {"note": request.form.get("note", ""), "by_id": person().id}
