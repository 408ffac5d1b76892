"""A ticket's story in words: its lines by day, in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from flask_babel import ngettext

from hotline.clock import TOKYO
from hotline.edge import stories
from hotline.timeline.models import Line
from hotline.timeline.rules import Event

ICONS = {
    Event.CALLED: "telephone-inbound",
    Event.ENTERED: "telephone-inbound",
    Event.WROTE_IN: "globe2",
    Event.CLAIMED: "telephone-inbound-fill",
    Event.OPENED: "flag",
    Event.PROMISED: "calendar-check",
    Event.ANNOUNCED: "megaphone",
    Event.TAKEN: "person-check",
    Event.KEPT: "check2-circle",
    Event.MOVED: "arrow-right",
    Event.CALLED_OFF: "x-lg",
    Event.NOTED: "journal-text",
    Event.FILLED: "pencil",
    Event.TYPED: "tags",
    Event.ASSESSED: "speedometer2",
    Event.CONSENTED: "shield-check",
    Event.MOVED_ON: "arrow-right-circle",
    Event.HELD: "pause-circle",
    Event.OUT_OF_SCOPE: "signpost",
    Event.CLOSED: "check2-all",
    Event.REOPENED: "arrow-counterclockwise",
    Event.CHARGED: "person-badge",
    Event.JOINED: "link-45deg",
    Event.TOOK_IN: "link-45deg",
    Event.PARTED: "signpost",
    Event.LINKED: "link-45deg",
    Event.UNLINKED: "signpost",
    Event.NO_ANSWER: "telephone-x",
    Event.MESSAGE_LEFT: "chat-left-text",
    Event.REACHED: "telephone-outbound",
    Event.CALLER_TOLD: "send",
    Event.ESCALATED: "exclamation-triangle",
    Event.PAGED: "bell",
    Event.PAGE_TAKEN: "bell-slash",
    Event.PAGE_UNANSWERED: "bell",
    Event.STATUS_HEARD: "telephone-inbound",
    Event.STATUS_OPENED: "phone",
    Event.RECORDING_PAUSED: "pause-circle",
    Event.RECORDING_RESUMED: "record-circle",
    Event.OVERRIDDEN: "lightning-charge",
    Event.ADVICE_SAID: "chat-quote",
    Event.ADVICE_UNSAID: "arrow-counterclockwise",
    Event.ADVICE_SENT: "send",
    Event.READ_BACK: "check2-all",
    Event.WRAPPED_UP: "telephone",
    Event.CALL_PLACED: "telephone-outbound",
    Event.CALL_MOVED_OUT: "arrow-right",
    Event.CALL_MOVED_IN: "arrow-right",
    Event.CALL_SPLIT_OUT: "signpost",
    Event.CALL_SPLIT_IN: "signpost",
    Event.FREE_ADVICE_ENDED: "cash-coin",
    Event.APPROVAL_ASKED: "cash-coin",
    Event.APPROVAL_GIVEN: "check2-circle",
    Event.APPROVAL_REFUSED: "x-lg",
    Event.APPROVAL_WITHDRAWN: "arrow-counterclockwise",
    Event.PARTNER_CONSENTED: "shield-check",
    Event.FILE_RECEIVED: "paperclip",
    Event.FILE_INFECTED: "shield-exclamation",
    Event.FILE_SHARED: "people",
    Event.FILE_UNSHARED: "lock",
    Event.RELEASED: "people",
    Event.TAKEN_BACK: "lock",
    Event.TASK_ADDED: "list-check",
    Event.TASK_CHANGED: "pencil",
    Event.TASK_MOVED: "arrow-right-circle",
    Event.OFFERED: "send",
    Event.OVERRULED: "person-check",
    Event.OFFER_ACCEPTED: "check2-circle",
    Event.OFFER_DECLINED: "x-lg",
    Event.OFFER_EXPIRED: "hourglass-split",
    Event.OFFER_WITHDRAWN: "arrow-counterclockwise",
    Event.QUOTE_PROMISED: "pencil",
    Event.QUOTE_CHOSEN: "check2-circle",
    Event.NOBODY_LEFT: "exclamation-triangle",
    Event.VENDOR_RELEASED: "arrow-counterclockwise",
    Event.HANDED_IN: "file-earmark-check",
    Event.MILESTONE_REACHED: "flag",
    Event.PARTY_NOTED: "shield-exclamation",
    Event.PARTY_DROPPED: "shield-check",
    Event.FREE_ADVICE_ENDED: "cash-coin",
    Event.APPROVAL_ASKED: "cash-coin",
    Event.APPROVAL_GIVEN: "check2-circle",
    Event.APPROVAL_REFUSED: "x-lg",
    Event.APPROVAL_WITHDRAWN: "arrow-counterclockwise",
    Event.PARTNER_CONSENTED: "shield-check",
    Event.RELEASED: "people",
    Event.TAKEN_BACK: "lock",
    Event.CLOCK_STARTED: "stopwatch",
    Event.CLOCK_MOVED: "stopwatch",
    Event.CLOCK_MET: "check2-circle",
    Event.CLOCK_CALLED_OFF: "x-lg",
    Event.CLOCK_RUNS_AGAIN: "stopwatch",
    Event.OBLIGATIONS_BEGAN: "list-check",
    Event.OBLIGATION_DONE: "check2-circle",
    Event.OBLIGATION_OPEN_AGAIN: "arrow-counterclockwise",
    Event.OBLIGATIONS_REMINDED: "bell",
    Event.CLOCK_PASSED: "exclamation-triangle",
    Event.MEMBER_WROTE: "chat-left-text",
    Event.DESK_WROTE_MEMBER: "send",
    Event.NEED_ASKED: "question-circle",
    Event.NEED_MET: "check2-circle",
    Event.NEED_DROPPED: "x-lg",
    Event.CONTACT_GIVEN: "telephone-plus",
    Event.CONTACT_CONFIRMED: "check2-circle",
    Event.CONTACT_REFUSED: "x-lg",
    Event.CHANNELS_UNSAFE: "shield-exclamation",
}


@dataclass(frozen=True)
class Told:
    """One line of the story as it is shown; ``who`` is "" where the system itself acted."""

    at: datetime
    icon: str
    sentence: str
    who: str
    audience: str
    more: tuple[tuple[datetime, str], ...] = ()
    """What several lines said that are told as one, the first of them first."""


@dataclass(frozen=True)
class Day:
    """The lines of one local day, the newest first."""

    date: date
    lines: list[Told]


def by_day(lines: Iterable[tuple[Line, str | None]]) -> list[Day]:
    """The story, the newest day first; ``lines`` come newest first with who wrote them."""
    days = groupby(lines, key=lambda one: one[0].at.astimezone(TOKYO).date())
    return [Day(day, _together(found)) for day, found in days]


def _together(lines: Iterable[tuple[Line, str | None]]) -> list[Told]:
    """The lines as they are told: what one person advised in one go is one of them."""
    sittings = groupby(lines, key=_sitting)
    return [_told_at_once(list(found)) for _, found in sittings]


def _sitting(told: tuple[Line, str | None]) -> object:
    line, name = told
    return (name, line.audience) if line.event == Event.ADVICE_SAID else id(line)


def _told_at_once(lines: list[tuple[Line, str | None]]) -> Told:
    last = _told(*lines[0])
    if len(lines) == 1:
        return last
    said = tuple((line.at, stories.advice(line)) for line, _ in reversed(lines))
    count = ngettext("Advice was given: %(num)s line", "Advice was given: %(num)s lines", len(said))
    return replace(last, sentence=count, more=said)


def _told(line: Line, name: str | None) -> Told:
    icon = ICONS[Event(line.event)]
    return Told(line.at, icon, stories.sentence(line), name or "", line.audience)
