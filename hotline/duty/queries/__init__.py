"""Who is on duty, and who is next."""

from hotline.duty.queries.answering import (
    ANSWERING,
    answering,
    answers,
    lines_answered,
    rung_for_calls,
)
from hotline.duty.queries.covering import Cover, covers, gaps_have_changed
from hotline.duty.queries.notes import done_notes, open_notes
from hotline.duty.queries.paging import (
    all_pages,
    counting_open_pages,
    due_page_ids,
    due_pages,
    last_ring,
    open_pages,
    order_of_ringing,
    page_by_id,
    pages_of,
    rings_of,
    rung_for_pages,
    was_rung,
)
from hotline.duty.queries.roster import (
    Duty,
    beginning,
    between,
    by_id,
    coming,
    current,
    next_on_duty,
    next_shift_until,
    not_over,
    on_duty,
    overlapping,
    own_shifts,
)
from hotline.duty.queries.swapping import open_swap, open_swaps, swap_by_id

__all__ = [
    "ANSWERING", "Cover", "Duty", "all_pages", "answering", "answers", "beginning", "between",
    "by_id", "coming", "counting_open_pages", "covers", "current", "done_notes", "due_page_ids",
    "due_pages", "gaps_have_changed", "last_ring", "lines_answered", "next_on_duty",
    "next_shift_until", "not_over", "on_duty", "open_notes", "open_pages", "open_swap",
    "open_swaps", "order_of_ringing", "overlapping", "own_shifts", "page_by_id", "pages_of",
    "rings_of", "rung_for_calls", "rung_for_pages", "swap_by_id", "was_rung",
]  # fmt: skip
