"""The way to the status without an account: number, a code sent to a registered phone, a browser.

Whoever asks is told the same, whether the number exists, has a phone, is a drill or is closed: the
same rows are written, and whether a message leaves is decided by the worker. What is tried is
counted for all alike.
"""

import hmac
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update

from hotline.audit import service as audit
from hotline.db import db
from hotline.errors import N_, Invalid, Problem, Slowed
from hotline.notices import service as notices
from hotline.notices.rules import CALLER, Channel, Kind
from hotline.sessions import service as sessions
from hotline.sessions.rules import Kind as Tried
from hotline.sessions.rules import Source
from hotline.tickets import rules
from hotline.tickets.models import StatusCode, Ticket
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event

BY = (Channel.SMS, Channel.VOICE)
"""The ways to get a code."""


def ask_status_code(
    number: str, *, channel: str, language: str, source: str, now: datetime
) -> None:
    """Have a code sent to the phone of the ticket with this number, if there is a safe one.

    ``language`` is the one it is worded in, ``source`` the network address. Raises Invalid for
    what is no number or no way, and Slowed when too many were asked for: both of a number that
    nobody has, too.
    """
    known = _checked(number, channel)
    name, origin = f"status:{known}", Source(address=source)
    sessions.one_at_a_time(Tried.STATUS_ASK, name)
    if seconds := sessions.wait(Tried.STATUS_ASK, name, origin, now=now):
        raise Slowed(seconds)
    sessions.note(Tried.STATUS_ASK, name, origin, now=now)
    ticket_id = db.session.scalar(select(Ticket.id).where(Ticket.number == known))
    asked = StatusCode(ticket_id=ticket_id, asked_at=now, expires_at=now + rules.CODE_GOOD_FOR)
    db.session.add(asked)
    db.session.flush()
    about = rules.status_code_subject(asked.id)
    facts = {"number": known, "language": language}
    notices.tell(
        about, Kind.STATUS_CODE, audience=CALLER, due_at=now, facts=facts, now=now, channel=channel
    )
    audit.write("status_code.asked", about, by_id=None, now=now, number=known, channel=channel)


def _checked(number: str, channel: str) -> str:
    """The number in nine digits. Raises Invalid."""
    wrong: dict[str, Problem] = {}
    known = rules.parse_number(number)
    if known is None:
        wrong["number"] = Problem(
            N_("This is no ticket number. It has nine digits; please look at it again.")
        )
    if channel not in BY:
        wrong["channel"] = Problem(N_("Please choose how you want to get the code."))
    if wrong or known is None:
        raise Invalid(wrong)
    return known


def mint_status_code(code_id: int, *, now: datetime) -> str:
    """Fresh digits for a code that leaves now; every earlier one of the ticket is dead from here.

    "" when nobody waits for it any more: it was asked for too long ago, a later one was asked
    for, it is used, or nobody has the number.
    """
    asked = db.session.get(StatusCode, code_id)
    if asked is None or not _is_wanted(asked, now=now):
        return ""
    digits = rules.new_code(secrets.randbelow)
    asked.code_hash = rules.code_hash(asked.id, digits)
    asked.expires_at = now + rules.CODE_GOOD_FOR
    earlier = (StatusCode.ticket_id == asked.ticket_id) & (StatusCode.id < asked.id)
    db.session.execute(update(StatusCode).where(earlier).values(code_hash=""))
    db.session.flush()
    return digits


def _is_wanted(asked: StatusCode, *, now: datetime) -> bool:
    if asked.ticket_id is None or asked.opened_at or now >= asked.asked_at + rules.CODE_GOOD_FOR:
        return False
    later = (StatusCode.ticket_id == asked.ticket_id) & (StatusCode.id > asked.id)
    return db.session.scalar(select(StatusCode.id).where(later).limit(1)) is None


def code_sent(code_id: int, *, now: datetime) -> None:
    """The message went out: the code is good from now on, for its ten minutes."""
    until = now + rules.CODE_GOOD_FOR
    sent = update(StatusCode).where(StatusCode.id == code_id).values(expires_at=until)
    db.session.execute(sent)
    audit.write("status_code.sent", rules.status_code_subject(code_id), by_id=None, now=now)


def open_status(number: str, digits: str, *, source: str, now: datetime) -> str | None:
    """The secret with which a browser sees the status for half an hour; None for wrong digits.

    A code is good once, and the browser that used an earlier one sees nothing any more. A failure
    is counted, for the number and for ``source`` (the network address): commit it. Raises Slowed
    before anything is looked at when there were too many; the right code is then refused too.
    """
    known, given = rules.parse_number(number) or "", rules.parse_code(digits) or ""
    name, origin = f"status:{known or number.strip()}", Source(address=source)
    sessions.one_at_a_time(Tried.STATUS, name)
    if seconds := sessions.wait(Tried.STATUS, name, origin, now=now):
        raise Slowed(seconds)
    found = _good_code(known, now=now)
    code_id, kept = (found.id, found.code_hash) if found is not None else (0, _nobodys())
    if hmac.compare_digest(kept, rules.code_hash(code_id, given)) and found is not None:
        return _open(found, known, now=now)
    sessions.note(Tried.STATUS, name, origin, now=now)
    tried = {StatusCode.tries: StatusCode.tries + 1}
    db.session.execute(update(StatusCode).where(StatusCode.id == code_id).values(tried))
    about = f"name:{sessions.hashed(name)[:16]}"
    audit.write("status_code.refused", about, by_id=None, now=now)
    return None


def _good_code(number: str, *, now: datetime) -> StatusCode | None:
    """The code of this ticket that was sent last, while it is good."""
    query = (
        select(StatusCode)
        .join(Ticket, Ticket.id == StatusCode.ticket_id)
        .where(
            Ticket.number == number,
            StatusCode.code_hash != "",
            StatusCode.expires_at > now,
            StatusCode.tries < rules.CODE_TRIES,
        )
        .order_by(StatusCode.id.desc())
    )
    return db.session.scalars(query).first()


def _nobodys() -> str:
    """As long as the hash of a code, and never equal to one."""
    return "x" * len(rules.code_hash(0, ""))


def _open(code: StatusCode, number: str, *, now: datetime) -> str:
    secret = secrets.token_urlsafe(32)
    _shut(StatusCode.ticket_id == code.ticket_id, now=now)
    code.code_hash, code.opened_at = "", now
    code.opened_hash, code.opened_until = sessions.hashed(secret), now + rules.STATUS_OPEN_FOR
    db.session.flush()
    timeline.write(code.ticket_id or 0, Event.STATUS_OPENED, at=now, by_id=None)
    about = rules.status_code_subject(code.id)
    audit.write("status_code.opened", about, by_id=None, now=now, number=number)
    return secret


def close_status(secret: str, *, now: datetime) -> None:
    """This browser sees the status no more; a copied cookie is dead from now on."""
    for code_id in _shut(StatusCode.opened_hash == sessions.hashed(secret), now=now):
        about = rules.status_code_subject(code_id)
        audit.write("status_code.closed", about, by_id=None, now=now)


def end_status(ticket_id: int, *, now: datetime) -> None:
    """Shut what codes of this ticket opened, and those that were not used: another phone holds."""
    unused = update(StatusCode).where(StatusCode.ticket_id == ticket_id)
    db.session.execute(unused.values(code_hash=""))
    for code_id in _shut(StatusCode.ticket_id == ticket_id, now=now):
        about = rules.status_code_subject(code_id)
        audit.write("status_code.closed", about, by_id=None, now=now)


def _shut(which: ColumnElement[bool], *, now: datetime) -> list[int]:
    """Shut those that are open; their ids."""
    open_ones = update(StatusCode).where(which, StatusCode.opened_until > now)
    shut: Any = open_ones.values(opened_until=now).returning(StatusCode.id)
    return list(db.session.scalars(shut))


def forget_status_codes(*, now: datetime) -> int:
    """Delete what is left of codes that were asked for more than a day ago; how many rows went."""
    old = delete(StatusCode).where(StatusCode.asked_at <= now - rules.CODE_KEPT)
    return len(db.session.scalars(old.returning(StatusCode.id)).all())
