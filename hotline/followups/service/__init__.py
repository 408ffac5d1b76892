"""Make a promise, announce it, and end it in one of three ways."""

from hotline.followups.service.ending import call_off, keep, move
from hotline.followups.service.making import at_once, carry_over, promise, renew
from hotline.followups.service.stepping import get
from hotline.followups.service.taking import take, take_page
from hotline.followups.service.telling import (
    announce,
    announce_all,
    hold_all,
    note_escalated,
    regrade,
)
from hotline.followups.service.trying import attempt, attempt_on

__all__ = [
    "announce", "announce_all", "at_once", "attempt", "attempt_on", "call_off", "carry_over",
    "get", "hold_all", "keep", "move", "note_escalated", "promise", "regrade", "renew", "take",
    "take_page",
]  # fmt: skip
