"""What somebody hears who is paged, and the key that takes it.

Nothing before these views touches the database. While it cannot be reached nobody can be told
what it is about, and nothing can be taken: whoever picked up is asked to call the desk.
"""

from dataclasses import dataclass

import structlog
from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from hotline.adapters import twiml
from hotline.duty import queries
from hotline.duty import service as duty
from hotline.duty.models import Page
from hotline.duty.rules import LinesPolicy, PageStatus, PagingPolicy
from hotline.errors import Problem
from hotline.followups import service as followups
from hotline.people import queries as people
from hotline.policy import PolicyError, get
from hotline.tickets.rules import CaseTypesPolicy
from hotline.transaction import transaction
from hotline.web.twilio import Asked, script, serve
from hotline.web.twilio.rung import TRIES, Webhook, next_attempt, nothing, spoken

log = structlog.get_logger(__name__)

bp = Blueprint("twilio_page", __name__, url_prefix="/twilio/page")

OVER = {PageStatus.TAKEN: "page_taken", PageStatus.CALLED_OFF: "page_called_off"}
"""What is said to somebody who picks up too late."""


@dataclass(frozen=True)
class Summons:
    """One page and one person who was rung for it, as they are on record."""

    page: Page
    person_id: int
    language: str

    @property
    def line(self) -> str:
        """The whole name of the line, in the language of the person."""
        lines = get(LinesPolicy)
        code = self.page.line
        return str(getattr(lines.line(code).label, self.language)) if code in lines.codes else code

    def words(self) -> str:
        """The document that says where it stands."""
        page, status = self.page, PageStatus(self.page.status)
        if status is PageStatus.OPEN:
            return script().page(
                self.line, page.number, self.language, page=page.id, person=self.person_id
            )
        if page.ended_by_id == self.person_id and status is PageStatus.TAKEN:
            return script().page_yours(page.number, self.language)
        return script().page_over(OVER[status], self.language)


def _summons(asked: Asked) -> Summons | None:
    """What is on record; None when nobody was rung for this."""
    page_id, person_id = _who(asked)
    page, person = queries.page_by_id(page_id), people.active(person_id)
    if page is None or person is None or not queries.was_rung(page_id, person_id):
        return None
    return Summons(page, person_id, spoken(person.locale))


def _who(asked: Asked) -> tuple[int, int]:
    return int(asked.query.get("page", "0")), int(asked.query.get("person", "0"))


def _tell(asked: Asked) -> str:
    """Somebody picked up: say what it is about. Nothing is on record by that."""
    found = _summons(asked)
    return found.words() if found else script().page_over("page_called_off", asked.language)


def _take(asked: Asked) -> str:
    """The key was pressed: from the commit on it is theirs, and only then it is said."""
    page_id, person_id = _who(asked)
    try:
        with transaction():
            followups.take_page(page_id, by_id=person_id, now=asked.at)
    except Problem as problem:  # Somebody was quicker, or the account is no coordinator's any more.
        log.info("page.not_taken", page=page_id, person=person_id, kind=type(problem).__name__)
    return _tell(asked)


def _pass_over(asked: Asked) -> str:
    """Another key, or the end of the call without one: the next person is rung at once."""
    page_id, person_id = _who(asked)
    with transaction():
        duty.pass_over(page_id, person_id, now=asked.at)
    return script().page_over("page_not_taken", asked.language)


def _pressed(asked: Asked) -> str:
    takes = asked.fields.get("Digits") == twiml.ACCEPT_KEY
    return _take(asked) if takes else _pass_over(asked)


def _over(asked: Asked) -> str:
    _pass_over(asked)
    return twiml.NOTHING


def _in_trouble(asked: Asked) -> str:
    return script().page_trouble(get(LinesPolicy).line_for_called_number(""), asked.language)


def _press_again(asked: Asked) -> str:
    attempt = next_attempt(asked)
    if asked.fields.get("Digits") != twiml.ACCEPT_KEY or attempt > TRIES:
        return _in_trouble(asked)
    page_id, person_id = _who(asked)
    return script().page_unsaved(asked.language, page=page_id, person=person_id, attempt=attempt)


WEBHOOKS = {
    "ask": Webhook("", ("CallSid",), _tell, _in_trouble),
    "answer": Webhook("/answer", ("CallSid",), _pressed, _press_again),
    "ended": Webhook("/ended", ("CallSid", "CallStatus"), _over, nothing),
}
"""By endpoint."""


serve(bp, WEBHOOKS)


@bp.record_once
def _prepare(_state: BlueprintSetupState) -> None:
    """Refuse to start with case types that nobody can call about."""
    known = set(get(CaseTypesPolicy).by_code)
    if unknown := sorted(set(get(PagingPolicy).unanswered_case_types) - known):
        raise PolicyError(
            f"paging.toml: unanswered_case_types: {', '.join(unknown)} is no case type"
        )
