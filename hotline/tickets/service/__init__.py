"""What is done with tickets."""

from hotline.tickets.service.opening import (
    add_note,
    call_off_promise,
    keep_promise,
    open_ticket,
    subject,
)

__all__ = ["add_note", "call_off_promise", "keep_promise", "open_ticket", "subject"]
