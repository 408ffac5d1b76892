"""What is done with tickets."""

from hotline.tickets.rules import subject
from hotline.tickets.service.advising import (
    advise,
    keep_said,
    note_advice_sent,
    send_advice,
    unsay,
)
from hotline.tickets.service.charge import hand_over, take_charge
from hotline.tickets.service.codes import check_code, code_of
from hotline.tickets.service.drafts import drop_drafts, keep_drafts
from hotline.tickets.service.filling import assess, choices, fill_in, fill_in_typed
from hotline.tickets.service.finding import find_again
from hotline.tickets.service.holding import check_goes_on, clocks_of, hold, hold_all, make_findable
from hotline.tickets.service.joining import join, keep_apart
from hotline.tickets.service.member.contact_changes import (
    confirm_contact,
    give_contact,
    refuse_contact,
)
from hotline.tickets.service.member.following import follow, unfollow
from hotline.tickets.service.member.leaving import shut_out
from hotline.tickets.service.member.obliging import remind_of_obligations
from hotline.tickets.service.member.status_codes import (
    ask_status_code,
    close_status,
    code_sent,
    forget_status_codes,
    mint_status_code,
    open_status,
)
from hotline.tickets.service.member.telling import accounts_to_tell, tell_member, together
from hotline.tickets.service.member.writing import ask_member, needs_no_answer, write_message
from hotline.tickets.service.opening import Opened, add_note, begin, open_ticket
from hotline.tickets.service.overriding import override
from hotline.tickets.service.parting import part
from hotline.tickets.service.reading_back import not_read_back, read_back
from hotline.tickets.service.recognising import recognise, recognise_type
from hotline.tickets.service.telling import (
    note_caller_told,
    tell_caller,
    tell_when_due,
    told_by,
    ways_to,
)
from hotline.tickets.service.urgency import ring_when_late
from hotline.tickets.service.workflow import call_off_promise, go_to, keep_promise

__all__ = [
    "Opened",
    "accounts_to_tell",
    "add_note",
    "advise",
    "ask_member",
    "ask_status_code",
    "assess",
    "begin",
    "call_off_promise",
    "check_code",
    "check_goes_on",
    "choices",
    "clocks_of",
    "close_status",
    "code_of",
    "code_sent",
    "confirm_contact",
    "drop_drafts",
    "fill_in",
    "fill_in_typed",
    "find_again",
    "follow",
    "forget_status_codes",
    "give_contact",
    "go_to",
    "hand_over",
    "hold",
    "hold_all",
    "join",
    "keep_apart",
    "keep_drafts",
    "keep_promise",
    "keep_said",
    "make_findable",
    "mint_status_code",
    "needs_no_answer",
    "not_read_back",
    "note_advice_sent",
    "note_caller_told",
    "open_status",
    "open_ticket",
    "override",
    "part",
    "read_back",
    "recognise",
    "recognise_type",
    "refuse_contact",
    "remind_of_obligations",
    "ring_when_late",
    "send_advice",
    "shut_out",
    "subject",
    "take_charge",
    "tell_caller",
    "tell_member",
    "tell_when_due",
    "together",
    "told_by",
    "unfollow",
    "unsay",
    "ways_to",
    "write_message",
]
