"""What is done with duty: the roster, and the pages that ring one person after the other."""

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
from hotline.duty.service.week import Copied, copy_week

__all__ = [
    "Copied", "add", "call_off_pages", "copy_week", "end", "page", "page_anew", "pass_over",
    "remove", "ring_next", "take_page", "take_pages_of", "whom_to_ring",
]  # fmt: skip
