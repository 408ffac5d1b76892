"""What can be told, by which channel, and which places its text may use."""

from datetime import timedelta
from enum import StrEnum

LATE_AFTER = timedelta(minutes=5)
"""Beyond this a notice says that it is late, and an unsent one is a reason for an alarm."""


class Status(StrEnum):
    """Where a notice stands."""

    WAITING = "waiting"
    """For its time, or for the next try after a failure that may pass."""
    SENDING = "sending"
    """Claimed by a worker; when the claim has run out, nobody knows whether it went out."""
    SENT = "sent"
    FAILED = "failed"
    """Refused for good, or failing for a day: people were alarmed; still tried every hour."""
    GIVEN_UP = "given_up"
    """Not tried any more unless a person asks for it; people were alarmed."""
    WITHDRAWN = "withdrawn"
    """No longer true before it was sent: the promise was moved or called off."""


OPEN = frozenset({Status.WAITING, Status.SENDING, Status.FAILED})
"""A worker will look at it again."""


class Channel(StrEnum):
    """How a notice reaches its recipient; each is sent by a kind of work of its own."""

    MAIL = "mail"
    SMS = "sms"
    VOICE = "voice"


class Kind(StrEnum):
    """What is told; each has a text for each channel and language in ``config/texts/notices``."""

    PROMISE_DUE = "promise_due"
    INVITE = "invite"
    RESET = "reset"
    ACCOUNT_CHANGED = "account_changed"
    """To its owner: how one signs in to an account has changed, or somebody did from elsewhere."""
    PASSKEY_COPIED = "passkey_copied"
    """To administrators: somebody used a copy of a passkey, or its owner used it beside one."""
    NOBODY_ON_DUTY = "nobody_on_duty"
    UNDELIVERED = "undelivered"
    BACKLOG = "backlog"
    CALENDAR_ENDS = "calendar_ends"
    RECEIVED = "received"
    """To the caller: the number, the promise, and where to look."""
    PROMISE_LATE = "promise_late"
    NEXT_TRY = "next_try"
    PAGE = "page"
    """To somebody who is to take up at once what cannot wait."""
    PAGE_UNANSWERED = "page_unanswered"
    """Everybody was paged, and nobody took it."""
    HANDED_OVER = "handed_over"
    CALL_BACK = "call_back"
    """To somebody who wants to call out: their own phone rings first."""
    RECORDING_UNFETCHED = "recording_unfetched"
    """What was recorded of a call could not be fetched for a day, or is given up."""
    ADVICE_SENT = "advice_sent"
    """To the caller: where to read what was advised; the caller code opens it."""
    DUTY_GAP = "duty_gap"
    """Nobody will be on duty at some time of the next days."""
    SWAP_ASKED = "swap_asked"
    """To whoever is to take over a shift; what became of it goes to whoever asked."""
    SWAP_AGREED = "swap_agreed"
    SWAP_DECLINED = "swap_declined"
    SHIFT_GIVEN = "shift_given"
    """A shift became somebody's without their asking, or somebody else's."""
    SHIFT_TAKEN = "shift_taken"
    OFFER = "offer"
    """To a contact of a partner: somebody asks whether they take a task, and by when to answer."""
    OFFER_ACCEPTED = "offer_accepted"
    """What became of an offer goes to whoever made it."""
    OFFER_DECLINED = "offer_declined"
    OFFER_SILENT = "offer_silent"
    """The time to answer is over; the next partner is asked."""
    OFFER_LOST = "offer_lost"
    """To a contact of a partner that was asked, and is not needed any more."""
    NOBODY_LEFT = "nobody_left"
    """Every partner that could do a task was asked, and none of them takes it."""
    TASK_DELIVERED = "task_delivered"
    """To the desk: what a partner was asked for is there, and must be checked."""
    TASK_RETURNED = "task_returned"
    """To the partner: what it handed in comes back, with the reason behind the link."""
    TASK_CHECKED = "task_checked"
    TASK_LATE = "task_late"
    """To the desk: a task is not handed in at its time."""
    APPROVAL_ASKED = "approval_asked"
    """To the member: there is a price to agree to, or not."""
    APPROVAL_ANSWERED = "approval_answered"
    """To the desk: the member agreed to a price, or did not."""
    APPROVAL_WITHDRAWN = "approval_withdrawn"
    """To the desk: a price is another one now, and must be approved anew."""
    ESTIMATE_ANSWERED = "estimate_answered"
    """To the partner: the member answered its estimate."""
    RELEASED = "released"
    """To the partner: there is something new to see on a task."""
    DESK_WROTE = "desk_wrote"
    """To the partner: there is a message on a task."""
    PARTNER_WROTE = "partner_wrote"
    """To the desk: there is a message on a task."""
    UPLOAD_LINK = "upload_link"
    """To the caller: where files can be sent."""
    FILE_RECEIVED = "file_received"
    """To whoever is responsible: the member sent something."""
    FILE_INFECTED = "file_infected"
    """To whoever is responsible: a scanner found something in a file."""
    FILE_UNSCANNED = "file_unscanned"
    """A file could not be scanned, or the scanner does not answer; files stay in quarantine."""
    CLOCK_NEAR = "clock_near"
    """To whoever is responsible: a report is due soon by law."""
    CLOCK_PASSED = "clock_passed"
    """The time for a report is over, and none is on record."""
    STATUS_CODE = "status_code"
    """To the caller: six digits that open the status in a browser for a while."""
    MEMBER_WROTE = "member_wrote"
    """To the desk: somebody of the member, or the caller behind a code, wrote a message."""
    DESK_WROTE_MEMBER = "desk_wrote_member"
    """To the member: there is a message of the hotline."""
    NEED_ASKED = "need_asked"
    """To the member: the hotline needs something of it."""
    CONTACT_GIVEN = "contact_given"
    """To the desk: another contact was given; somebody must call a known number first."""
    CONTACT_CHANGED = "contact_changed"
    """To the old contacts: another one is used from now on."""
    OBLIGATION_OPEN = "obligation_open"
    """To the member: something that the insurance asks for after an accident is still open."""
    WEB_INTAKE = "web_intake"
    """To the desk: a member wrote over the web what happened, because the phone was busy."""
    CONTACT_CHECK = "contact_check"
    """To a contact of a partner: is this the right number? It is asked for by a call alone."""


WORDED: dict[Channel, frozenset[Kind]] = {
    Channel.MAIL: frozenset(Kind) - {Kind.CALL_BACK, Kind.CONTACT_CHECK, Kind.STATUS_CODE},
    Channel.SMS: frozenset(
        {
            Kind.RECEIVED,
            Kind.PAGE,
            Kind.PAGE_UNANSWERED,
            Kind.PROMISE_DUE,
            Kind.PROMISE_LATE,
            Kind.NEXT_TRY,
            Kind.HANDED_OVER,
            Kind.ADVICE_SENT,
            Kind.DUTY_GAP,
            Kind.OFFER,
            Kind.OFFER_LOST,
            Kind.APPROVAL_ASKED,
            Kind.UPLOAD_LINK,
            Kind.NOBODY_LEFT,
            Kind.CLOCK_NEAR,
            Kind.CLOCK_PASSED,
            Kind.OBLIGATION_OPEN,
            Kind.WEB_INTAKE,
            Kind.DESK_WROTE_MEMBER,
            Kind.NEED_ASKED,
            Kind.CONTACT_GIVEN,
            Kind.CONTACT_CHANGED,
            Kind.STATUS_CODE,
        }
    ),
    Channel.VOICE: frozenset({Kind.PROMISE_LATE, Kind.STATUS_CODE}),
}
"""The kinds that have a text for each channel."""

ASKED_FOR = frozenset({Kind.PAGE, Kind.CALL_BACK, Kind.OFFER, Kind.CONTACT_CHECK})
"""What is said by voice is asked for when somebody picks up: it waits for a key."""


def check_channel(kind: Kind, channel: Channel) -> None:
    """Raises ValueError when ``kind`` cannot be told by ``channel``: there are no words for it."""
    if kind in WORDED[channel] or (channel is Channel.VOICE and kind in ASKED_FOR):
        return
    raise ValueError(f"{kind} has no words for {channel}")


PLACES: dict[Kind, frozenset[str]] = {
    Kind.PROMISE_DUE: frozenset({"number", "due_at", "link", "late"}),
    Kind.INVITE: frozenset({"link", "late"}),
    Kind.RESET: frozenset({"link", "late"}),
    Kind.ACCOUNT_CHANGED: frozenset({"what", "at", "link", "late"}),
    Kind.PASSKEY_COPIED: frozenset({"link", "late"}),
    Kind.NOBODY_ON_DUTY: frozenset({"line", "due_at", "link", "late"}),
    Kind.UNDELIVERED: frozenset({"about", "number", "link"}),
    Kind.BACKLOG: frozenset({"minutes", "silent", "link"}),
    Kind.CALENDAR_ENDS: frozenset({"year", "link"}),
    Kind.RECEIVED: frozenset({"number", "promise", "line", "link"}),
    Kind.PROMISE_LATE: frozenset({"number", "due_at", "overdue", "link", "late"}),
    Kind.NEXT_TRY: frozenset({"number", "due_at", "link", "late"}),
    Kind.PAGE: frozenset({"number", "line", "link", "late"}),
    Kind.PAGE_UNANSWERED: frozenset({"number", "line", "link"}),
    Kind.HANDED_OVER: frozenset({"number", "link", "late"}),
    Kind.CALL_BACK: frozenset(),
    Kind.RECORDING_UNFETCHED: frozenset({"call", "length", "link"}),
    Kind.ADVICE_SENT: frozenset({"number", "line", "link"}),
    Kind.DUTY_GAP: frozenset(
        {"operator", "supervisor", "coordinator", "first", "num", "link", "late"}
    ),
    **dict.fromkeys(
        (
            Kind.SWAP_ASKED,
            Kind.SWAP_AGREED,
            Kind.SWAP_DECLINED,
            Kind.SHIFT_GIVEN,
            Kind.SHIFT_TAKEN,
        ),
        frozenset({"line", "starts", "ends", "link", "late"}),
    ),
    **dict.fromkeys(
        (
            Kind.OFFER,
            Kind.OFFER_ACCEPTED,
            Kind.OFFER_DECLINED,
            Kind.OFFER_SILENT,
            Kind.OFFER_LOST,
            Kind.NOBODY_LEFT,
            Kind.TASK_DELIVERED,
            Kind.TASK_RETURNED,
            Kind.TASK_CHECKED,
            Kind.TASK_LATE,
            Kind.RELEASED,
            Kind.DESK_WROTE,
            Kind.PARTNER_WROTE,
        ),
        frozenset({"number", "due_at", "drill", "link", "late"}),
    ),
    **dict.fromkeys(
        (Kind.CLOCK_NEAR, Kind.CLOCK_PASSED),
        frozenset({"number", "clock", "until", "drill", "link", "late"}),
    ),
    **dict.fromkeys(
        (
            Kind.APPROVAL_ASKED,
            Kind.DESK_WROTE_MEMBER,
            Kind.NEED_ASKED,
            Kind.CONTACT_CHANGED,
        ),
        frozenset({"number", "line", "link", "late"}),
    ),
    **dict.fromkeys(
        (Kind.MEMBER_WROTE, Kind.CONTACT_GIVEN),
        frozenset({"number", "drill", "link", "late"}),
    ),
    **dict.fromkeys(
        (Kind.APPROVAL_ANSWERED, Kind.APPROVAL_WITHDRAWN, Kind.ESTIMATE_ANSWERED),
        frozenset({"number", "drill", "link", "late"}),
    ),
    Kind.STATUS_CODE: frozenset({"code", "host", "line"}),
    Kind.OBLIGATION_OPEN: frozenset({"number", "line", "link", "late"}),
    Kind.WEB_INTAKE: frozenset({"number", "line", "link", "late"}),
    Kind.UPLOAD_LINK: frozenset({"number", "line", "link", "late"}),
    **dict.fromkeys(
        (Kind.FILE_RECEIVED, Kind.FILE_INFECTED, Kind.FILE_UNSCANNED),
        frozenset({"number", "drill", "link", "late"}),
    ),
    Kind.CONTACT_CHECK: frozenset(),
}
"""The names a text of each kind may use: numbers, times and links, never case text."""

ALARMS = frozenset(
    {
        Kind.UNDELIVERED,
        Kind.BACKLOG,
        Kind.PAGE_UNANSWERED,
        Kind.NOBODY_LEFT,
        Kind.FILE_UNSCANNED,
    }
)
"""An alarm that cannot be delivered raises no further alarm."""
