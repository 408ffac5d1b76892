"""What is done with duty: the roster, and the pages that ring one person after the other."""

from hotline.duty.service.paging import (
    call_off_pages,
    page,
    pass_over,
    ring_next,
    take_page,
    take_pages_of,
)
from hotline.duty.service.roster import add, end, remove, whom_to_ring

__all__ = [
    "add", "call_off_pages", "end", "page", "pass_over", "remove", "ring_next", "take_page",
    "take_pages_of", "whom_to_ring",
]  # fmt: skip
