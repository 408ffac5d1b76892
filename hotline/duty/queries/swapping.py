"""Which shifts somebody is asked to take over."""

from datetime import datetime

from sqlalchemy import (
    select,
)

from hotline.db import db
from hotline.duty.models import Shift, Swap
from hotline.duty.rules import (
    SwapStatus,
)
from hotline.errors import Missing


def open_swap(shift_id: int) -> Swap | None:
    """Who is asked to take over this shift, if anybody."""
    asked = (Swap.shift_id == shift_id, Swap.status == SwapStatus.ASKED)
    return db.session.scalar(select(Swap).where(*asked))


def swap_by_id(swap_id: int) -> Swap:
    """The request with this id, answered or not. Raises Missing."""
    found = db.session.get(Swap, swap_id)
    if found is None:
        raise Missing()
    return found


def open_swaps(at: datetime, *, limit: int = 50) -> list[tuple[Swap, Shift]]:
    """What somebody was asked to take over and did not answer, the next shift first."""
    query = (
        select(Swap, Shift)
        .join(Shift, Shift.id == Swap.shift_id)
        .where(Swap.status == SwapStatus.ASKED, Shift.ends_at > at)
        .order_by(Shift.starts_at, Swap.id)
    )
    return [(swap, shift) for swap, shift in db.session.execute(query.limit(limit))]
