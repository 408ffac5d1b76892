"""The events of a ticket's story, their sentences, and who may see them."""

from collections.abc import Collection
from enum import StrEnum

from hotline.errors import N_


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

SENTENCES: dict[Event, str] = {
    Event.CALLED: N_("The phone rang on the %(line)s."),
    Event.ENTERED: N_("A call on the %(line)s was entered."),
    Event.WROTE_IN: N_("The member wrote over the web to the %(line)s."),
    Event.CLAIMED: N_("The call was taken at the console."),
    Event.OPENED: N_("The ticket was opened: %(case_types)s."),
    Event.PROMISED: N_("A call back was promised by %(due_at)s."),
    Event.ANNOUNCED: N_("The promise fell due and the coordinator was told."),
    Event.TAKEN: N_("Somebody took up the promise."),
    Event.KEPT: N_("The promise was kept."),
    Event.MOVED: N_("The promise was moved from %(from_at)s to %(due_at)s: %(reason)s"),
    Event.CALLED_OFF: N_("The promise was called off: %(reason)s"),
    Event.NOTED: N_("%(text)s"),
    Event.FILLED: N_("What is known of the incident was written down."),
    Event.TYPED: N_("The case types are now: %(case_types)s."),
    Event.ASSESSED: N_("The severity is now %(severity)s: %(reason)s"),
    Event.CONSENTED: N_("Consent to tell %(recipient)s: %(answer)s"),
    Event.MOVED_ON: N_("The status is now %(status)s: %(reason)s"),
    Event.HELD: N_("The ticket waits: %(reason)s"),
    Event.OUT_OF_SCOPE: N_(
        "This is outside what the line covers; the caller was referred to: %(referral)s."
    ),
    Event.CLOSED: N_("The ticket was closed: %(reason)s"),
    Event.REOPENED: N_("The ticket was opened again: %(reason)s"),
    Event.CHARGED: N_("%(name)s is responsible now."),
    Event.JOINED: N_("The incident goes on under the number %(number)s."),
    Event.TOOK_IN: N_("Ticket %(number)s is the same incident and goes on here."),
    Event.PARTED: N_("Ticket %(number)s is another incident and goes on by itself: %(reason)s"),
    Event.NO_ANSWER: N_("We called back, and nobody answered. Next try: %(next_try_at)s."),
    Event.MESSAGE_LEFT: N_(
        "We called back and left a message with %(with_whom)s. Next try: %(next_try_at)s."
    ),
    Event.REACHED: N_("We called back and spoke with %(with_whom)s."),
    Event.CALLER_TOLD: N_("The caller was sent the number and the promised time: %(channel)s."),
    Event.ESCALATED: N_("Nobody took the promise up in time: %(audience)s was told."),
    Event.PAGED: N_("%(name)s was rung: %(cause)s."),
    Event.PAGE_TAKEN: N_("%(name)s takes it; nobody else is rung."),
    Event.PAGE_UNANSWERED: N_("Everybody was rung, and nobody took it: %(cause)s."),
    Event.STATUS_HEARD: N_("The caller heard by telephone where it stands."),
    Event.STATUS_OPENED: N_("The caller looked where it stands, with a code sent to the phone."),
    Event.RECORDING_PAUSED: N_("The recording of the call was stopped for a while."),
    Event.RECORDING_RESUMED: N_("The recording of the call goes on."),
    Event.OVERRIDDEN: N_(
        "This does not wait until %(from_at)s: whoever is on call is rung now. %(reason)s"
    ),
    Event.LINKED: N_("It is handled together with others now: joint incident %(incident)s."),
    Event.UNLINKED: N_("It is not part of joint incident %(incident)s any more."),
    Event.ADVICE_SAID: N_("Advice was given: %(advice)s"),
    Event.ADVICE_UNSAID: N_("This advice was not given after all: %(advice)s"),
    Event.ADVICE_SENT: N_("The caller was sent where to read the advice again: %(channel)s."),
    Event.READ_BACK: N_("Everything was read back to the caller, who said that it is right."),
    Event.WRAPPED_UP: N_("The call ended: %(disposition)s. %(text)s"),
    Event.CALL_PLACED: N_("We are calling back: %(phone_of)s."),
    Event.CALL_MOVED_OUT: N_("The call of %(called_at)s belongs to ticket %(number)s."),
    Event.CALL_MOVED_IN: N_("The call of %(called_at)s was moved here from ticket %(number)s."),
    Event.CALL_SPLIT_OUT: N_(
        "The call of %(called_at)s is another incident and goes on as ticket %(number)s."
    ),
    Event.CALL_SPLIT_IN: N_("The call of %(called_at)s was split off from ticket %(number)s."),
    Event.FREE_ADVICE_ENDED: N_("%(said_to)s was told that from here on it costs something."),
    Event.APPROVAL_ASKED: N_("%(function)s: the member is asked to approve %(yen)s."),
    Event.APPROVAL_GIVEN: N_("%(function)s: the estimate was approved %(approved_by)s."),
    Event.APPROVAL_REFUSED: N_("%(function)s: the estimate was not approved."),
    Event.APPROVAL_WITHDRAWN: N_("%(function)s: the estimate has to be approved anew: %(why)s."),
    Event.TASK_ADDED: N_("%(function)s is needed: a task was made."),
    Event.TASK_CHANGED: N_("%(function)s: what is asked for was changed."),
    Event.TASK_MOVED: N_("%(function)s is now: %(task_status)s. %(reason)s"),
    Event.OFFERED: N_("%(function)s: %(vendor)s was asked to answer by %(due_at)s."),
    Event.OVERRULED: N_("%(function)s: %(vendor)s was chosen out of order: %(reason)s"),
    Event.OFFER_ACCEPTED: N_("%(function)s: %(vendor)s takes it on."),
    Event.OFFER_DECLINED: N_("%(function)s: %(vendor)s declined: %(decline_reason)s. %(text)s"),
    Event.OFFER_EXPIRED: N_("%(function)s: %(vendor)s did not answer in time."),
    Event.OFFER_WITHDRAWN: N_("%(function)s: the request to %(vendor)s was taken back: %(reason)s"),
    Event.QUOTE_PROMISED: N_("%(function)s: %(vendor)s will make an estimate."),
    Event.QUOTE_CHOSEN: N_("%(function)s: the estimate of %(vendor)s was chosen."),
    Event.NOBODY_LEFT: N_("%(function)s: no partner is left to ask; people were alarmed."),
    Event.VENDOR_RELEASED: N_("%(function)s: %(vendor)s does it no more: %(reason)s"),
    Event.HANDED_IN: N_("%(function)s: handed in: %(output)s"),
    Event.MILESTONE_REACHED: N_("%(function)s: reached: %(milestone)s"),
    Event.PARTNER_CONSENTED: N_("Consent to tell %(vendor)s: %(answer)s"),
    Event.RELEASED: N_("%(vendor)s may see from now on: %(pieces)s"),
    Event.TAKEN_BACK: N_("%(vendor)s does not see any more: %(pieces)s"),
    Event.PARTY_NOTED: N_("%(company)s is on the other side: nobody who works for them is asked."),
    Event.PARTY_DROPPED: N_("%(company)s is not on the other side after all."),
    Event.FILE_RECEIVED: N_("File %(file)s was received (SHA-256 %(sha256)s…)."),
    Event.FILE_INFECTED: N_("A scanner found something in file %(file)s: it stays in quarantine."),
    Event.FILE_SHARED: N_("File %(file)s is shared with the member."),
    Event.FILE_UNSHARED: N_("File %(file)s is not shared with the member any more."),
    Event.CLOCK_STARTED: N_("The clock %(clock)s runs until %(until)s: %(because)s."),
    Event.CLOCK_MOVED: N_(
        "The clock %(clock)s runs until %(until)s now, not until %(until_before)s:"
        " it is counted from %(known_at)s. %(reason)s"
    ),
    Event.CLOCK_MET: N_("%(clock)s was reported: %(reason)s"),
    Event.CLOCK_CALLED_OFF: N_("%(clock)s: nothing has to be reported. %(reason)s"),
    Event.CLOCK_RUNS_AGAIN: N_("%(clock)s was not done after all: the clock runs again."),
    Event.OBLIGATIONS_BEGAN: N_("Put on the list of what follows an accident: %(num)s."),
    Event.OBLIGATION_DONE: N_("Ticked as done: %(obligation)s. %(reason)s"),
    Event.OBLIGATION_OPEN_AGAIN: N_("Not done after all: %(obligation)s. %(reason)s"),
    Event.OBLIGATIONS_REMINDED: N_("The member was reminded of what is open: %(obligations)s."),
    Event.CLOCK_PASSED: N_("%(clock)s: the time is over, and no report is on record."),
    Event.MEMBER_WROTE: N_("The member wrote a message."),
    Event.DESK_WROTE_MEMBER: N_("The hotline wrote a message to the member."),
    Event.NEED_ASKED: N_("The member is asked for %(wanted)s: %(text)s"),
    Event.NEED_MET: N_("%(wanted)s came: %(text)s"),
    Event.NEED_DROPPED: N_("%(wanted)s is needed no more: %(text)s"),
    Event.CONTACT_GIVEN: N_("Another contact was given, which is checked first: %(contact)s."),
    Event.CONTACT_CONFIRMED: N_("The change of a contact was checked and holds: %(contact)s."),
    Event.CONTACT_REFUSED: N_("The change of a contact does not hold: %(contact)s."),
    Event.CHANNELS_UNSAFE: N_(
        "The member says that its own mail and phones are not safe: nothing is sent to them now."
    ),
}
"""Event to its sentence; the places are the line's facts (times are ISO, codes are codes)."""

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
