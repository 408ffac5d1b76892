"""Rows as the JSON API shows them."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from flask import Response
from flask_babel import force_locale, gettext

from hotline.clock import TOKYO
from hotline.edge import progress, stories
from hotline.edge.language import KNOWN_MESSAGES, LANGUAGES
from hotline.followups.models import Followup
from hotline.followups.rules import OPEN, is_late
from hotline.tickets.models import Ticket
from hotline.tickets.queries import Around
from hotline.tickets.rules import Status
from hotline.timeline.models import Line

Told = dict[str, Any]
"""What a caller is told of a ticket: the fields label, next and when."""


def told(rows: Collection[Ticket], *, now: datetime) -> dict[int, Told]:
    """Ticket id to what its caller is told, in both languages; one statement for all."""
    owed = progress.owed_of(rows)
    return {row.id: told_of(row, owed[row.id], now=now) for row in rows}


def told_of(row: Ticket, owed: Followup | None, *, now: datetime) -> Told:
    """What the caller of one ticket is told, whose next promise is ``owed``."""
    return {**_words(row), "when": _when(owed, row, now=now)}


def _words(row: Ticket) -> dict[str, dict[str, str]]:
    said = progress.WORDS[Status(row.status)]
    return {"label": both(said.now), "next": both(said.next)}


def answered(shape: dict[str, Any], status: int) -> Response:
    """The answer with ``shape``, as its schema would dump it: past the walk over every field."""
    return Response(_as_json(shape), status, content_type="application/json")


def _in_tokyo(value: object) -> str:
    """A moment as ``schemas.Instant`` says it."""
    assert isinstance(value, datetime)  # noqa: S101 - there are texts, numbers and moments
    return value.astimezone(TOKYO).isoformat()


_as_json = json.JSONEncoder(separators=(",", ":"), default=_in_tokyo).encode


def _when(owed: Followup | None, row: Ticket, *, now: datetime) -> dict[str, Any] | None:
    if owed is None:
        return None
    sentences: dict[str, str] = {}
    for tongue in LANGUAGES:
        shown = progress.shown(owed, now=now, drill=row.drill, code=tongue)
        sentences[tongue] = shown.sentence if shown else ""
        state = shown.state if shown else ""
    return {"due_at": owed.due_at, "state": state, "sentence": sentences}


@lru_cache(KNOWN_MESSAGES)
def both(message: str) -> dict[str, str]:
    """A message of ours in both languages, looked up once."""
    said = {}
    for tongue in LANGUAGES:
        with force_locale(tongue):
            said[tongue] = str(gettext(message))
    return said


def ticket(
    row: Ticket, promises: Sequence[Followup], around: Around, said: Told, *, now: datetime
) -> dict[str, Any]:
    """One ticket as ``schemas.TicketOut`` dumps it; ``promises`` are its own, first due first."""
    owed = [promise for promise in promises if promise.status in OPEN]
    shown = owed[0] if owed else promises[-1]
    released = {} if around.whole else NOT_RELEASED
    return {
        "number": row.number,
        "status": row.status,
        "line": row.line,
        "case_types": row.case_types,
        "severity": row.severity,
        "assessed": row.assessed,
        "drill": row.drill,
        "received_at": row.received_at,
        "opened_at": row.opened_at,
        "in_hours": promises[0].in_hours,
        "promised_at": shown.due_at,
        "explanation": {"ja": shown.reason_ja, "en": shown.reason_en},
        "caller": _caller(row, around),
        "member_number": row.member_number,
        "member": _company(row.member_number, around),
        "site": row.site,
        "occurred_at": row.occurred_at,
        "discovered_at": row.discovered_at,
        "summary": row.summary,
        "coordinator": around.people.get(row.coordinator_id),
        "duplicate_of": around.numbers.get(row.duplicate_of_id),
        "followups": [followup(promise, row.number, now=now) for promise in promises],
        **said,
        **released,
    }


NOT_RELEASED: dict[str, Any] = {
    "severity": None,
    "assessed": None,
    "site": "",
    "occurred_at": None,
    "discovered_at": None,
    "summary": "",
}
"""What the desk keeps to itself, as readers outside it get it: their pages show none of it."""


def _caller(row: Ticket, around: Around) -> dict[str, str]:
    caller = {"company": row.company, "name": row.caller_name, "phone": "", "email": ""}
    if around.whole:
        caller |= {"phone": row.caller_phone, "email": row.caller_email}
    return caller


def _company(number: str | None, around: Around) -> dict[str, str] | None:
    name = around.companies.get(number or "")
    return {"number": number or "", "name": name} if name is not None else None


def followup(row: Followup, number: str, *, now: datetime) -> dict[str, Any]:
    """One promise as ``schemas.FollowupOut`` dumps it."""
    return {
        "id": row.id,
        "ticket": number,
        "status": row.status,
        "due_at": row.due_at,
        "take_up_by": row.take_up_by,
        "in_hours": row.in_hours,
        "late": is_late(row.status, row.take_up_by, now=now),
        "explanation": {"ja": row.reason_ja, "en": row.reason_en},
    }


def line(row: Line, by: str | None) -> dict[str, Any]:
    """One line of a story as ``schemas.LineOut`` dumps it, said in both languages."""
    text = {}
    for tongue in LANGUAGES:
        with force_locale(tongue):
            text[tongue] = stories.sentence(row)
    return {
        "at": row.at,
        "event": row.event,
        "text": text,
        "facts": row.facts,
        "visible_to": row.audience,
        "by": by,
    }
