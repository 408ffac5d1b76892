"""Whose consent it needs to tell a partner something, and what to ask when it lacks."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hotline.errors import N_

HOME = "JP"
SAID_BY_LETTERS = 200


class SaidHow(StrEnum):
    """How the member said that a partner may be told, or may not."""

    PHONE = "phone"
    MAIL = "mail"
    PAPER = "paper"
    PORTAL = "portal"


@dataclass(frozen=True)
class Said:
    """What the member answered when asked whether somebody may be told, and when."""

    given: bool
    at: datetime


class Lacking(StrEnum):
    """What a release lacks."""

    NOT_ASKED = "not_asked"
    REFUSED = "refused"
    """The member does not want partners to be told."""
    REFUSED_THIS = "refused_this"
    ABROAD = "abroad"
    """The general consent does not cover a partner in another country."""


ASK: dict[Lacking, str] = {
    Lacking.NOT_ASKED: N_(
        "The member has not said yet that partners may be told. Ask whether %(partner)s may be "
        "told what this work needs, and write the answer down."
    ),
    Lacking.REFUSED: N_(
        "The member does not want partners to be told. Ask whether %(partner)s may be told what "
        "this work needs, and write the answer down."
    ),
    Lacking.REFUSED_THIS: N_(
        "The member said that %(partner)s may not be told. Ask again before anything is released, "
        "and write the answer down."
    ),
    Lacking.ABROAD: N_(
        "%(partner)s is in another country (%(country)s), which needs a consent of its own. Ask "
        "whether %(partner)s may be told there, and write the answer down."
    ),
}
"""What to ask the member before something can be released."""


def lacking(general: Said | None, own: Said | None, country: str) -> Lacking | None:
    """What a partner in ``country`` (ISO 3166) lacks to be told about the incident; None: nothing.

    The answer about this one partner outweighs the ``general`` one about all, unless the member
    has said no to all since. The general yes covers partners in Japan alone: personal data for a
    third party in a foreign country needs a consent that names it (APPI art. 28), and work that
    is merely entrusted is no exception to that.
    """
    if own is not None and not own.given:
        return Lacking.REFUSED_THIS
    if general is not None and not general.given and (own is None or own.at < general.at):
        return Lacking.REFUSED
    if own is not None:
        return None
    if country != HOME:
        return Lacking.ABROAD
    return Lacking.NOT_ASKED if general is None else None
