"""What is written down on a ticket: facts, answers, drafts, what was said and read back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from hotline import together
from hotline.db import db
from hotline.followups import queries as followups
from hotline.followups.rules import OPEN as OWED
from hotline.tickets import rules
from hotline.tickets.models import (
    Consent,
    Draft,
    HearingAnswer,
    ReadBack,
    SaidAdvice,
    Ticket,
)
from hotline.tickets.rules import FACTS, Intake

_ANSWERS = select(HearingAnswer).where(HearingAnswer.ticket_id == bindparam("ticket_id"))
_CONSENTS = select(Consent).where(Consent.ticket_id == bindparam("ticket_id"))


@dataclass(frozen=True)
class Kept:
    """What stands beside a ticket's own row: answers by question, consents by recipient."""

    answers: dict[str, HearingAnswer]
    consents: dict[str, Consent]


def kept(ticket_id: int) -> Kept:
    """The answers and consents of one ticket."""
    answers, consents = together.ask(
        lambda: list(db.session.scalars(_ANSWERS, {"ticket_id": ticket_id})),
        lambda: list(db.session.scalars(_CONSENTS, {"ticket_id": ticket_id})),
    )
    return Kept(
        {row.question: row for row in answers},
        {row.recipient: row for row in consents},
    )


def as_intake(ticket: Ticket, beside: Kept) -> Intake:
    """The ticket as it would be typed; the severity is None until somebody judged."""
    facts = {name: getattr(ticket, name) for name in FACTS}
    facts["member_number"] = ticket.member_number or ""
    return Intake(
        **facts,
        case_types=tuple(ticket.case_types),
        answers={key: list(row.answer) for key, row in beside.answers.items()},
        consents={code: row.given for code, row in beside.consents.items()},
        severity=ticket.severity if ticket.assessed else None,
        severity_reason=ticket.severity_reason,
    )


def intake_of(ticket: Ticket) -> Intake:
    """What is saved now, as it would be typed."""
    return as_intake(ticket, kept(ticket.id))


def drafts_of(ticket_id: int, person_id: int) -> dict[str, Draft]:
    """What this person typed on the ticket and could not be saved, by part of the form."""
    query = select(Draft).where(Draft.ticket_id == ticket_id, Draft.person_id == person_id)
    return {draft.part: draft for draft in db.session.scalars(query)}


def to_tell(now: datetime, limit: int = 50) -> list[int]:
    """Ids of at most ``limit`` tickets whose callers are to be told by now, the first due first."""
    query = select(Ticket.id).where(Ticket.tell_at.is_not(None), Ticket.tell_at <= now)
    return list(db.session.scalars(query.order_by(Ticket.tell_at, Ticket.id).limit(limit)))


def said_advice(ticket_id: int) -> list[SaidAdvice]:
    """What the caller was advised, in the words that were used, in the order of saying."""
    query = select(SaidAdvice).where(SaidAdvice.ticket_id == ticket_id)
    return list(db.session.scalars(query.order_by(SaidAdvice.said_at, SaidAdvice.id)))


@dataclass(frozen=True)
class ReadBackItem:
    """One thing to read back, and how it was read; ``said`` is None while it was not."""

    toread: rules.ToReadBack
    said: ReadBack | None

    @property
    def stands(self) -> bool:
        """Whether what was read back is what is known now."""
        return self.said is not None and self.said.digest == self.toread.digest

    @property
    def changed(self) -> bool:
        """Whether another value was read back."""
        return self.said is not None and not self.stands


def read_back_of(ticket: Ticket) -> list[ReadBackItem]:
    """Everything that can be read back to the caller now, in the order of reading."""
    kept = select(ReadBack).where(ReadBack.ticket_id == ticket.id)
    said = {row.item: row for row in db.session.scalars(kept)}
    owed = (one for one in followups.of_ticket(ticket.id) if one.status in OWED)
    known = rules.to_read_back(ticket, next(owed, None))
    return [ReadBackItem(one, said.get(one.item)) for one in known]
