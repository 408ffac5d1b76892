"""What can happen to a ticket, and who may see it."""

from collections.abc import Collection
from enum import StrEnum


class Audience(StrEnum):
    """Who may see a line: the desk alone, the member too, or the partners too."""

    STAFF = "staff"
    MEMBER = "member"
    VENDOR = "vendor"


class Event(StrEnum):
    """What can happen to a ticket."""

    CALLED = "called"
    ENTERED = "entered"
    WROTE_IN = "wrote_in"
    CLAIMED = "claimed"
    OPENED = "opened"
    PROMISED = "promised"
    ANNOUNCED = "announced"
    TAKEN = "taken"
    KEPT = "kept"
    MOVED = "moved"
    CALLED_OFF = "called_off"
    NOTED = "noted"
    FILLED = "filled"
    TYPED = "typed"
    ASSESSED = "assessed"
    CONSENTED = "consented"
    MOVED_ON = "moved_on"
    HELD = "held"
    OUT_OF_SCOPE = "out_of_scope"
    CLOSED = "closed"
    REOPENED = "reopened"
    CHARGED = "charged"
    JOINED = "joined"
    TOOK_IN = "took_in"
    PARTED = "parted"
    NO_ANSWER = "no_answer"
    MESSAGE_LEFT = "message_left"
    REACHED = "reached"
    CALLER_TOLD = "caller_told"
    ESCALATED = "escalated"
    PAGED = "paged"
    PAGE_TAKEN = "page_taken"
    PAGE_UNANSWERED = "page_unanswered"
    STATUS_HEARD = "status_heard"
    STATUS_OPENED = "status_opened"
    RECORDING_PAUSED = "recording_paused"
    RECORDING_RESUMED = "recording_resumed"
    OVERRIDDEN = "overridden"
    ADVICE_SAID = "advice_said"
    LINKED = "linked"
    UNLINKED = "unlinked"
    ADVICE_UNSAID = "advice_unsaid"
    ADVICE_SENT = "advice_sent"
    READ_BACK = "read_back"
    WRAPPED_UP = "wrapped_up"
    CALL_PLACED = "call_placed"
    CALL_MOVED_OUT = "call_moved_out"
    CALL_MOVED_IN = "call_moved_in"
    CALL_SPLIT_OUT = "call_split_out"
    CALL_SPLIT_IN = "call_split_in"
    FREE_ADVICE_ENDED = "free_advice_ended"
    APPROVAL_ASKED = "approval_asked"
    APPROVAL_GIVEN = "approval_given"
    APPROVAL_REFUSED = "approval_refused"
    APPROVAL_WITHDRAWN = "approval_withdrawn"
    TASK_ADDED = "task_added"
    TASK_CHANGED = "task_changed"
    TASK_MOVED = "task_moved"
    OFFERED = "offered"
    OVERRULED = "overruled"
    OFFER_ACCEPTED = "offer_accepted"
    OFFER_DECLINED = "offer_declined"
    OFFER_EXPIRED = "offer_expired"
    OFFER_WITHDRAWN = "offer_withdrawn"
    QUOTE_PROMISED = "quote_promised"
    QUOTE_CHOSEN = "quote_chosen"
    NOBODY_LEFT = "nobody_left"
    VENDOR_RELEASED = "vendor_released"
    HANDED_IN = "handed_in"
    MILESTONE_REACHED = "milestone_reached"
    PARTNER_CONSENTED = "partner_consented"
    RELEASED = "released"
    TAKEN_BACK = "taken_back"
    PARTY_NOTED = "party_noted"
    PARTY_DROPPED = "party_dropped"
    FILE_RECEIVED = "file_received"
    FILE_INFECTED = "file_infected"
    FILE_SHARED = "file_shared"
    FILE_UNSHARED = "file_unshared"
    CLOCK_STARTED = "clock_started"
    CLOCK_MOVED = "clock_moved"
    CLOCK_MET = "clock_met"
    CLOCK_CALLED_OFF = "clock_called_off"
    CLOCK_RUNS_AGAIN = "clock_runs_again"
    OBLIGATIONS_BEGAN = "obligations_began"
    OBLIGATION_DONE = "obligation_done"
    OBLIGATION_OPEN_AGAIN = "obligation_open_again"
    OBLIGATIONS_REMINDED = "obligations_reminded"
    CLOCK_PASSED = "clock_passed"
    MEMBER_WROTE = "member_wrote"
    DESK_WROTE_MEMBER = "desk_wrote_member"
    NEED_ASKED = "need_asked"
    NEED_MET = "need_met"
    NEED_DROPPED = "need_dropped"
    CONTACT_GIVEN = "contact_given"
    CONTACT_CONFIRMED = "contact_confirmed"
    CONTACT_REFUSED = "contact_refused"
    CHANNELS_UNSAFE = "channels_unsafe"


COMES_FIRST = frozenset({Event.CALLED, Event.ENTERED, Event.WROTE_IN})
"""Of what happened at the same moment, the call was the cause of the rest."""

SEEN_BY: dict[Event, Audience] = {
    Event.CALLED: Audience.MEMBER,
    Event.ENTERED: Audience.MEMBER,
    Event.WROTE_IN: Audience.MEMBER,
    Event.CLAIMED: Audience.STAFF,
    Event.OPENED: Audience.MEMBER,
    Event.PROMISED: Audience.MEMBER,
    Event.ANNOUNCED: Audience.STAFF,
    Event.TAKEN: Audience.MEMBER,
    Event.KEPT: Audience.MEMBER,
    Event.MOVED: Audience.MEMBER,
    Event.CALLED_OFF: Audience.MEMBER,
    Event.NOTED: Audience.STAFF,
    Event.FILLED: Audience.STAFF,
    Event.TYPED: Audience.MEMBER,
    Event.ASSESSED: Audience.STAFF,
    Event.CONSENTED: Audience.STAFF,
    Event.MOVED_ON: Audience.MEMBER,
    Event.HELD: Audience.STAFF,
    Event.OUT_OF_SCOPE: Audience.MEMBER,
    Event.CLOSED: Audience.MEMBER,
    Event.REOPENED: Audience.MEMBER,
    Event.CHARGED: Audience.STAFF,
    Event.JOINED: Audience.MEMBER,
    Event.TOOK_IN: Audience.STAFF,
    Event.PARTED: Audience.STAFF,
    Event.NO_ANSWER: Audience.MEMBER,
    Event.MESSAGE_LEFT: Audience.MEMBER,
    Event.REACHED: Audience.MEMBER,
    Event.CALLER_TOLD: Audience.MEMBER,
    Event.ESCALATED: Audience.STAFF,
    Event.PAGED: Audience.STAFF,
    Event.PAGE_TAKEN: Audience.STAFF,
    Event.PAGE_UNANSWERED: Audience.STAFF,
    Event.STATUS_HEARD: Audience.MEMBER,
    Event.STATUS_OPENED: Audience.MEMBER,
    Event.RECORDING_PAUSED: Audience.STAFF,
    Event.RECORDING_RESUMED: Audience.STAFF,
    Event.OVERRIDDEN: Audience.MEMBER,
    Event.LINKED: Audience.STAFF,
    Event.UNLINKED: Audience.STAFF,
    Event.ADVICE_SAID: Audience.MEMBER,
    Event.ADVICE_UNSAID: Audience.MEMBER,
    Event.ADVICE_SENT: Audience.MEMBER,
    Event.READ_BACK: Audience.STAFF,
    Event.WRAPPED_UP: Audience.STAFF,
    Event.CALL_PLACED: Audience.STAFF,
    Event.CALL_MOVED_OUT: Audience.STAFF,
    Event.CALL_MOVED_IN: Audience.STAFF,
    Event.CALL_SPLIT_OUT: Audience.STAFF,
    Event.CALL_SPLIT_IN: Audience.STAFF,
    Event.FREE_ADVICE_ENDED: Audience.MEMBER,
    Event.APPROVAL_ASKED: Audience.MEMBER,
    Event.APPROVAL_GIVEN: Audience.VENDOR,
    Event.APPROVAL_REFUSED: Audience.VENDOR,
    Event.APPROVAL_WITHDRAWN: Audience.VENDOR,
    Event.TASK_ADDED: Audience.MEMBER,
    # What a partner reads of its task names no company: whoever comes second reads it too.
    Event.TASK_CHANGED: Audience.VENDOR,
    Event.TASK_MOVED: Audience.VENDOR,
    Event.OFFERED: Audience.STAFF,
    Event.OVERRULED: Audience.STAFF,
    Event.OFFER_ACCEPTED: Audience.MEMBER,
    Event.OFFER_DECLINED: Audience.STAFF,
    Event.OFFER_EXPIRED: Audience.STAFF,
    Event.OFFER_WITHDRAWN: Audience.STAFF,
    Event.QUOTE_PROMISED: Audience.STAFF,
    Event.QUOTE_CHOSEN: Audience.MEMBER,
    Event.NOBODY_LEFT: Audience.STAFF,
    Event.VENDOR_RELEASED: Audience.MEMBER,
    Event.HANDED_IN: Audience.VENDOR,
    Event.MILESTONE_REACHED: Audience.VENDOR,
    Event.PARTNER_CONSENTED: Audience.STAFF,
    Event.RELEASED: Audience.MEMBER,
    Event.TAKEN_BACK: Audience.MEMBER,
    Event.PARTY_NOTED: Audience.STAFF,
    Event.PARTY_DROPPED: Audience.STAFF,
    Event.FILE_RECEIVED: Audience.MEMBER,
    Event.FILE_INFECTED: Audience.STAFF,
    Event.FILE_SHARED: Audience.MEMBER,
    Event.FILE_UNSHARED: Audience.STAFF,
    Event.CLOCK_STARTED: Audience.MEMBER,
    Event.CLOCK_MOVED: Audience.MEMBER,
    Event.CLOCK_MET: Audience.MEMBER,
    Event.CLOCK_CALLED_OFF: Audience.MEMBER,
    Event.CLOCK_RUNS_AGAIN: Audience.MEMBER,
    Event.OBLIGATIONS_BEGAN: Audience.MEMBER,
    Event.OBLIGATION_DONE: Audience.MEMBER,
    Event.OBLIGATION_OPEN_AGAIN: Audience.MEMBER,
    Event.OBLIGATIONS_REMINDED: Audience.MEMBER,
    Event.CLOCK_PASSED: Audience.STAFF,
    Event.MEMBER_WROTE: Audience.MEMBER,
    Event.DESK_WROTE_MEMBER: Audience.MEMBER,
    Event.NEED_ASKED: Audience.MEMBER,
    Event.NEED_MET: Audience.MEMBER,
    Event.NEED_DROPPED: Audience.MEMBER,
    Event.CONTACT_GIVEN: Audience.MEMBER,
    Event.CONTACT_CONFIRMED: Audience.MEMBER,
    Event.CONTACT_REFUSED: Audience.MEMBER,
    Event.CHANNELS_UNSAFE: Audience.MEMBER,
}
"""Who sees an event when nothing else is said."""

MAY_SEE: dict[Audience, frozenset[Audience]] = {
    Audience.STAFF: frozenset(Audience),
    Audience.MEMBER: frozenset({Audience.MEMBER, Audience.VENDOR}),
    Audience.VENDOR: frozenset({Audience.VENDOR}),
}
"""What is released to partners, the member sees too; the desk sees everything."""


def visible_to(viewer: Audience) -> Collection[Audience]:
    """The audiences whose lines ``viewer`` may read."""
    return MAY_SEE[viewer]
