"""Write down what the caller was advised, in the words that were used, and send where it stands."""

from datetime import datetime

from sqlalchemy import Select, select

from hotline import policy
from hotline.audit import service as audit
from hotline.db import db, insert
from hotline.errors import N_, Missing, Refused
from hotline.notices import queries as notices
from hotline.notices.rules import CALLER, Channel, Kind
from hotline.notices.service import Planned, tell_all
from hotline.tickets import queries, rules
from hotline.tickets.models import SaidAdvice, Ticket
from hotline.tickets.rules import AdvicePolicy, ReachingPolicy, Spoken, reach
from hotline.tickets.service.codes import code_of
from hotline.timeline import service as timeline
from hotline.timeline.rules import Event


def advise(
    ticket: Ticket, code: str, *, as_read: str = "", said_at: datetime, by_id: int, now: datetime
) -> SaidAdvice:
    """Note that a line of config/advice.toml was read out at ``said_at``; once, as it was first.

    ``as_read`` is the digest of the words that were on the screen. Raises Missing for a line
    there is none of, and Refused when it reads otherwise today.
    """
    if (before := _said(ticket.id, code)) is not None:
        return before
    spoken = policy.get(AdvicePolicy).spoken(code)
    if spoken is None:
        raise Missing()
    if as_read and as_read != spoken.digest:
        raise Refused(N_("This line has other words now. Please read it out again."))
    return keep_said(ticket, spoken, said_at=said_at, by_id=by_id, now=now)


def keep_said(
    ticket: Ticket, spoken: Spoken, *, said_at: datetime, by_id: int | None, now: datetime
) -> SaidAdvice:
    """Keep a line in these words for ever, whatever is advised later; each code once a ticket."""
    fresh = insert(SaidAdvice).on_conflict_do_nothing().returning(SaidAdvice)
    values = {
        "ticket_id": ticket.id,
        "code": spoken.code,
        "kind": spoken.kind,
        "ja": spoken.ja,
        "en": spoken.en,
        "said_at": said_at,
        "said_by_id": by_id,
    }
    kept: SaidAdvice | None = db.session.scalar(fresh, values)
    if kept is None:
        return db.session.scalars(_one(ticket.id, spoken.code)).one()
    _tell(ticket, Event.ADVICE_SAID, kept, at=said_at, by_id=by_id)
    about = rules.subject(ticket.number)
    audit.write("ticket.advised", about, by_id=by_id, now=now, line=spoken.code)
    return kept


def unsay(ticket: Ticket, code: str, *, by_id: int, now: datetime) -> None:
    """It was not said after all: a slip of the hand. Refused for what was sent to several callers;
    what was never said stays unsaid."""
    if code.startswith(rules.BROADCAST):
        raise Refused(N_("This was sent, and cannot be taken back."))
    kept = _said(ticket.id, code)
    if kept is None:
        return
    db.session.delete(kept)
    db.session.flush()
    _tell(ticket, Event.ADVICE_UNSAID, kept, at=now, by_id=by_id)
    about = rules.subject(ticket.number)
    audit.write("ticket.unadvised", about, by_id=by_id, now=now, line=code)


def send_advice(ticket: Ticket, *, by_id: int | None, now: datetime) -> list[str]:
    """Send number and link of the page with what was said, by every safe way; the channels.

    The caller code opens that page and is never sent. [] for a drill, for a ticket that has
    ended, when no safe way is known, and while the same is on its way already. Raises Refused
    when nothing was said yet.
    """
    if not queries.said_advice(ticket.id):
        raise Refused(N_("Nothing was advised yet: there is nothing to send."))
    if ticket.drill or ticket.status in rules.ENDED:
        return []
    code_of(ticket, by_id=by_id, now=now)
    db.session.refresh(ticket, ["version"], with_for_update=True)  # Two presses send one message.
    about = rules.subject(ticket.number)
    ways = reach(queries.contacts_of(ticket), policy.get(ReachingPolicy))
    waiting = notices.channels(about, Kind.ADVICE_SENT, open_only=True)
    used = [Channel(way) for way in ways if way not in waiting]
    facts = {"number": ticket.number}
    planned = [Planned(Kind.ADVICE_SENT, now, facts, audience=CALLER, channel=way) for way in used]
    tell_all(about, planned, now=now)
    told = [str(way) for way in used]
    if told:
        audit.write("ticket.sending_advice", about, by_id=by_id, now=now, channels=told)
    return told


def note_advice_sent(number: str, channel: str, *, now: datetime) -> None:
    """Write into the story that the link has gone out by ``channel``."""
    ticket_id = db.session.scalars(select(Ticket.id).where(Ticket.number == number)).one()
    timeline.write(ticket_id, Event.ADVICE_SENT, at=now, by_id=None, facts={"channel": channel})


def _tell(
    ticket: Ticket, event: Event, kept: SaidAdvice, *, at: datetime, by_id: int | None
) -> None:
    facts = {"code": kept.code, "advice": {"ja": kept.ja, "en": kept.en}}
    timeline.write(ticket.id, event, at=at, by_id=by_id, facts=facts)


def _said(ticket_id: int, code: str) -> SaidAdvice | None:
    return db.session.scalar(_one(ticket_id, code))


def _one(ticket_id: int, code: str) -> Select[SaidAdvice]:
    return select(SaidAdvice).where(SaidAdvice.ticket_id == ticket_id, SaidAdvice.code == code)
