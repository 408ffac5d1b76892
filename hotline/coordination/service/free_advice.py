"""Keep where free first advice ended: when, to whom, and in which words it was said."""

from datetime import datetime, timedelta

from hotline.audit import service as audit
from hotline.coordination.models import FreeAdviceEnd
from hotline.coordination.rules.costs import (
    SAID_LETTERS,
    WORDS_LETTERS,
    check_name,
    check_words,
)
from hotline.db import db
from hotline.errors import N_, Invalid, Problem
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event

AHEAD = timedelta(minutes=5)
"""Clocks differ by so much at most."""


def end_free_advice(
    ticket: Ticket, words: str, *, said_to: str, said_at: datetime, by_id: int, now: datetime
) -> FreeAdviceEnd:
    """Note that the member was told: from here on it costs something. Only the first time counts.

    Raises Invalid for ``words``, ``said_to``, and for ``time`` when it lies ahead or before the
    call.
    """
    # Two at once note it once.
    db.session.refresh(ticket, ["version"], with_for_update={"key_share": True})
    before = db.session.get(FreeAdviceEnd, ticket.id, populate_existing=True)
    if before is not None:
        return before
    words, said_to = _checked(words, said_to, said_at, ticket, now=now)
    said_at = max(said_at, ticket.received_at)  # Nobody types seconds.
    made = FreeAdviceEnd(
        ticket_id=ticket.id, said_at=said_at, said_by_id=by_id, said_to=said_to, words=words
    )
    db.session.add(made)
    db.session.flush()
    facts = {"said_to": said_to}
    timeline.write(ticket.id, Event.FREE_ADVICE_ENDED, at=said_at, by_id=by_id, facts=facts)
    audit.write("ticket.free_advice_ended", tickets.subject(ticket.number), by_id=by_id, now=now)
    return made


def _checked(
    words: str, said_to: str, said_at: datetime, ticket: Ticket, *, now: datetime
) -> tuple[str, str]:
    problems: dict[str, Problem] = {}
    try:
        words = check_words(words, WORDS_LETTERS, N_("Write the words that were said."))
    except Problem as problem:
        problems["words"] = problem
    try:
        said_to = check_name(said_to, SAID_LETTERS, N_("Write to whom it was said."))
    except Problem as problem:
        problems["said_to"] = problem
    if said_at > now + AHEAD:
        problems["time"] = Problem(N_("This time has not come yet."))
    elif said_at < ticket.received_at.replace(second=0, microsecond=0):
        problems["time"] = Problem(N_("This is before the call came."))
    if problems:
        raise Invalid(problems)
    return words, said_to
