"""What every page of companies has: the company that is meant, and who may do what."""

from typing import Any

from flask import Blueprint

from hotline.edge.identity import person
from hotline.errors import Missing
from hotline.members import queries
from hotline.members.models import Member
from hotline.people.rules import DESK, Role
from hotline.web.members import entitled

bp = Blueprint("members", __name__)

IMPORTERS = frozenset({Role.COORDINATOR, Role.SUPERVISOR, Role.ADMINISTRATOR})
"""Companies are master data: administrators load them, and see no case text in doing so."""


def found(number: str) -> Member:
    """The company with this number. Raises Missing."""
    member = queries.by_number(number) if number.isprintable() else None
    if member is None:
        raise Missing()
    return member


def words() -> dict[str, Any]:
    """Who may do what, and what is said of cover: for every template of companies."""
    roles = person().roles
    return {
        "may_change": bool(roles & DESK),
        "may_import": bool(roles & IMPORTERS),
        "flags": entitled.FLAGS,
        "answers": entitled.ANSWERS,
        "sentence": entitled.sentence,
        "yen": entitled.yen,
        "change_of_cover": entitled.change_of_cover,
    }
