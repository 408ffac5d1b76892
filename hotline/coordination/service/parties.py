"""Who stands on the other side of an incident: no partner that works for them is asked."""

from datetime import datetime

from hotline.audit import service as audit
from hotline.coordination.models import OpposingParty
from hotline.coordination.queries.proposed import opposing_parties
from hotline.db import db
from hotline.errors import N_, Invalid, Missing, Problem
from hotline.searchkeys import clean_name, company_key
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.rules import subject
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event

COMPANY_LETTERS = 200


def note_party(ticket: Ticket, company: str, *, by_id: int, now: datetime) -> OpposingParty:
    """Write down that ``company`` stands on the other side; who is noted already stays so.

    Raises Invalid for a name that cannot be used, or that is the company of the ticket itself.
    """
    name = _checked(ticket, company)
    tickets.hold(ticket)
    key = company_key(name)
    found = next((one for one in opposing_parties(ticket.id) if one.company_key == key), None)
    if found is not None:
        return found
    party = OpposingParty(
        ticket_id=ticket.id, company=name, company_key=key, noted_at=now, noted_by_id=by_id
    )
    db.session.add(party)
    db.session.flush()
    _tell(ticket, Event.PARTY_NOTED, party, by_id=by_id, now=now)
    return party


def drop_party(ticket: Ticket, party_id: int, *, by_id: int, now: datetime) -> None:
    """They do not stand on the other side after all. Raises Missing for who was not noted."""
    tickets.hold(ticket)
    party = next((one for one in opposing_parties(ticket.id) if one.id == party_id), None)
    if party is None:
        raise Missing()
    db.session.delete(party)
    db.session.flush()
    _tell(ticket, Event.PARTY_DROPPED, party, by_id=by_id, now=now)


def _tell(ticket: Ticket, event: Event, party: OpposingParty, *, by_id: int, now: datetime) -> None:
    facts = {"company": party.company}
    timeline.write(ticket.id, event, at=now, by_id=by_id, facts=facts)
    about = subject(ticket.number)
    audit.write(f"ticket.{event}", about, by_id=by_id, now=now, party=party.id)


def _checked(ticket: Ticket, company: str) -> str:
    try:
        name = clean_name(company, COMPANY_LETTERS)
    except Problem as problem:
        raise Invalid({"company": problem}) from None
    if not company_key(name):
        raise Invalid({"company": Problem(N_("The name of the company, please."))})
    if company_key(name) == ticket.company_key:
        raise Invalid({"company": Problem(N_("This is the company of the ticket itself."))})
    return name
