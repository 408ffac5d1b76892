"""Partners are written down, corrected, withdrawn; their contacts verified; their days set."""

from hotline.vendors.service.accounts import check_account
from hotline.vendors.service.conflicts import drop_conflict, note_conflict
from hotline.vendors.service.contacts import (
    add_contact,
    ask_to_verify,
    change_contact,
    end_contact,
    move_contact,
    verify,
)
from hotline.vendors.service.days import drop_day, set_days
from hotline.vendors.service.writing import (
    Stale,
    add,
    change,
    details_of,
    subject,
    take_back,
    withdraw,
)

__all__ = [
    "Stale", "add", "add_contact", "ask_to_verify", "change", "change_contact", "check_account",
    "details_of", "drop_conflict", "drop_day", "end_contact", "move_contact", "note_conflict",
    "set_days", "subject", "take_back", "verify", "withdraw",
]  # fmt: skip
