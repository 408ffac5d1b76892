"""What is done with duty: the roster, its gaps, swaps and hand-over, and the pages that ring."""

from hotline.duty.service.alarm import look_for_gaps
from hotline.duty.service.notes import finish_note, reopen_note, write_note
from hotline.duty.service.paging import (
    call_off_pages,
    page,
    page_anew,
    pass_over,
    ring_next,
    take_page,
    take_pages_of,
)
from hotline.duty.service.roster import add, end, remove, whom_to_ring
from hotline.duty.service.swapping import (
    agree_to_swap,
    ask_to_swap,
    decline_swap,
    reassign,
    withdraw_swap,
)
from hotline.duty.service.week import Copied, copy_week

__all__ = [
    "Copied", "add", "agree_to_swap", "ask_to_swap", "call_off_pages", "copy_week",
    "decline_swap", "end", "finish_note", "look_for_gaps", "page", "page_anew", "pass_over",
    "reassign", "remove", "reopen_note", "ring_next", "take_page", "take_pages_of",
    "whom_to_ring", "withdraw_swap", "write_note",
]  # fmt: skip
