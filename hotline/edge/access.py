"""Deny by default: each view says who may use it, and a view that says nothing answers nobody."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask

from hotline.people.rules import Role

View = TypeVar("View", bound=Callable[..., Any])

EVERYBODY = frozenset(Role)
PUBLIC_FILES = frozenset({"static", "bootstrap.static"})
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True)
class Access:
    """Who may use a view.

    ``detached`` views are given no person and no transaction: nothing before them touches the
    database (webhooks, health).
    """

    roles: frozenset[Role] = frozenset()
    public: bool = False
    detached: bool = False

    def __str__(self) -> str:
        return "public" if self.public else ", ".join(sorted(self.roles)) or "nobody"


NOBODY = Access()
PUBLIC_FILE = Access(public=True, detached=True)


def public(view: View) -> View:
    """Anybody may use this view; a person who is signed in is known to it."""
    return _mark(view, Access(public=True))


def detached(view: View) -> View:
    """Anybody may use this view, and nothing before it touches the database."""
    return _mark(view, PUBLIC_FILE)


def allow(*roles: Role | Iterable[Role]) -> Callable[[View], View]:
    """Only people with one of ``roles`` (single ones or groups) may use this view."""
    flat = [one for role in roles for one in ([role] if isinstance(role, Role) else role)]
    return lambda view: _mark(view, Access(roles=frozenset(flat)))


def access_of(app: Flask, endpoint: str | None) -> Access:
    """What the view behind ``endpoint`` declared; NOBODY when it declared nothing."""
    if endpoint in PUBLIC_FILES:
        return PUBLIC_FILE
    found = getattr(app.view_functions.get(endpoint or ""), "access", NOBODY)
    return found if isinstance(found, Access) else NOBODY


def routes(app: Flask) -> Iterator[dict[str, str]]:
    """Every rule with its methods, endpoint and who may use it, by rule."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda one: (one.rule, one.endpoint)):
        methods = ", ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        who = str(access_of(app, rule.endpoint))
        yield {"rule": rule.rule, "methods": methods, "endpoint": rule.endpoint, "who": who}


def _mark(view: View, access: Access) -> View:
    view.access = access  # type: ignore[attr-defined]  # functions carry attributes
    return view
