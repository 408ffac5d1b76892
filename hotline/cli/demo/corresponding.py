"""What the desk and a member write, send and tick in the demo, through the verbs pages use."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from hotline.adapters.file_store import FileStore
from hotline.deadlines import queries as deadlines_on_record
from hotline.deadlines import service as deadlines
from hotline.edge import identity
from hotline.evidence import rules as evidence_rules
from hotline.evidence import service as evidence
from hotline.evidence.rules import MEGABYTE, Source
from hotline.messages.rules import Asked, Side
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket

Facts = Mapping[str, Any]
Verb = Callable[[Ticket, Person, Facts, datetime], object]


def _need(ticket: Ticket, by: Person, facts: Facts, now: datetime) -> None:
    asked = Asked(facts["wanted"], facts["text"], now + facts["within"])
    tickets.ask_member(ticket, asked, by_id=by.id, now=now)


def _tell(ticket: Ticket, by: Person, facts: Facts, now: datetime) -> None:
    tickets.write_message(ticket, facts["body"], side=Side.DESK, by_id=by.id, now=now)


def _hear(ticket: Ticket, _by: Person, facts: Facts, now: datetime) -> None:
    writer = _member(facts)
    tickets.write_message(ticket, facts["body"], side=Side.MEMBER, by_id=writer.id, now=now)


def _send(ticket: Ticket, _by: Person, facts: Facts, now: datetime) -> None:
    """A file of the member, kept where all files are."""
    settings = identity.settings()
    store = FileStore.from_url(settings.files_url)
    kept = store.keep(store.draft([facts["content"].encode()], most_bytes=MEGABYTE))
    sent = evidence.Sent(
        facts["name"], ticket.id, ticket.number, Source.PORTAL, by_id=_member(facts).id
    )
    scan = evidence_rules.first_scan(Source.PORTAL, has_scanner=settings.scanner != "none")
    evidence.take_in(kept, sent, scan=scan, now=now)


def _tick(ticket: Ticket, _by: Person, facts: Facts, now: datetime) -> None:
    of = deadlines.Of(ticket.id, ticket.number)
    for one in deadlines_on_record.obligations_of(ticket.id):
        if one.code == facts["obligation"]:
            deadlines.tick(one, of, note=facts["note"], by_id=_member(facts).id, now=now)


def _give_contact(ticket: Ticket, _by: Person, facts: Facts, now: datetime) -> None:
    tickets.give_contact(ticket, facts["field"], facts["value"], by_id=_member(facts).id, now=now)


def _member(facts: Facts) -> Person:
    found = people.by_email(facts["by"])
    if found is None:
        raise LookupError(f"the demo has no {facts['by']}")
    return found


VERBS: dict[str, Verb] = {
    "need": _need,
    "tell_member": _tell,
    "hear_member": _hear,
    "send_file": _send,
    "tick": _tick,
    "give_contact": _give_contact,
}
"""What a step of a story does between the desk and the member."""
