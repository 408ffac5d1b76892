"""The caller code: with the ticket's number it opens the status, without an account.

The same answer is given for a number that nobody has and for a wrong code, and what was tried is
counted for both alike.
"""

import hmac
import secrets
from datetime import datetime

from sqlalchemy import select, update

from hotline.audit import service as audit
from hotline.db import db
from hotline.errors import Slowed
from hotline.sessions import service as sessions
from hotline.sessions.rules import Kind, Source
from hotline.tickets import rules
from hotline.tickets.models import Ticket


def check_code(number: str, code: str, *, source: str, now: datetime) -> Ticket | None:
    """The ticket with this number, when ``code`` is the one its caller was told; else None.

    Of a number that leads to another ticket the code of that one is good too: a caller may have
    heard the first number from the machine and the second code from a person.
    A failure is counted, for the number and for ``source`` (a network address, or a telephone):
    commit it. Raises Slowed before anything is looked at when there were too many; the right code
    is then refused too, and such a try is not counted.
    """
    known, given = rules.parse_number(number) or "", rules.parse_code(code) or ""
    name, origin = f"caller:{known or number.strip()}", Source(address=source)
    sessions.one_at_a_time(Kind.CALLER, name)
    if seconds := sessions.wait(Kind.CALLER, name, origin, now=now):
        raise Slowed(seconds)
    ticket = db.session.scalar(select(Ticket).where(Ticket.number == known))
    # Every one is compared, whatever the first one says: the time tells nothing.
    if sum(hmac.compare_digest(expected, given) for expected in _codes(ticket)):
        return ticket
    sessions.note(Kind.CALLER, name, origin, now=now)
    about = rules.subject(known) if ticket else f"name:{sessions.hashed(name)[:16]}"
    audit.write("code.refused", about, by_id=None, now=now)
    return None


def code_of(ticket: Ticket, *, by_id: int | None, now: datetime) -> str:
    """The six digits of this ticket's caller; a ticket from before there were codes gets one."""
    if not ticket.caller_code:
        unset = update(Ticket).where(Ticket.id == ticket.id, Ticket.caller_code == "")
        fresh = unset.values(caller_code=rules.new_code(secrets.randbelow)).returning(Ticket.id)
        if db.session.scalar(fresh) is not None:
            audit.write("ticket.coded", rules.subject(ticket.number), by_id=by_id, now=now)
        db.session.refresh(ticket, ["caller_code"])
    return ticket.caller_code


def _codes(ticket: Ticket | None) -> tuple[str, str]:
    """The codes that open it, the same number of them for a ticket that nobody has."""
    into = ticket.duplicate_of_id if ticket is not None else None
    living = db.session.scalar(select(Ticket).where(Ticket.id == into))
    own, there = (one.caller_code if one is not None else "" for one in (ticket, living))
    return own or _nobodys(), there or _nobodys()


def _nobodys() -> str:
    """As long as a code, and never equal to one: comparing takes the same time."""
    return "x" * rules.CODE_DIGITS
