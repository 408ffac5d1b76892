"""How calls came from one ticket to another."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from hotline.calls.models import Call
from hotline.db import db
from hotline.timeline.models import Line
from hotline.timeline.rules import Event


@dataclass(frozen=True)
class Move:
    """That a call came from the ticket ``number``; ``split``: its ticket was made for it."""

    number: str
    split: bool


MOVED_HERE = (Event.CALL_MOVED_IN, Event.CALL_SPLIT_IN)

_MOVES = (
    select(Line)
    .where(Line.ticket_id.in_(bindparam("ticket_ids", expanding=True)), Line.event.in_(MOVED_HERE))
    .order_by(Line.at, Line.id)
)


def moves(ticket_ids: Collection[int]) -> dict[int, Move]:
    """Call id to its last move, of the calls that came to one of these tickets from another."""
    return {
        int(line.facts["call"]): Move(
            str(line.facts["number"]), split=line.event == Event.CALL_SPLIT_IN
        )
        for line in db.session.scalars(_MOVES, {"ticket_ids": list(ticket_ids)})
    }


def last_move(call: Call) -> Move | None:
    """How the call came to the ticket it belongs to; None when it was there from the start."""
    return moves([call.ticket_id]).get(call.id) if call.ticket_id is not None else None
