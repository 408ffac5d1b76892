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
    OPENED = "opened"
    PROMISED = "promised"
    ANNOUNCED = "announced"
    TAKEN = "taken"
    KEPT = "kept"
    MOVED = "moved"
    CALLED_OFF = "called_off"
    NOTED = "noted"


COMES_FIRST = frozenset({Event.CALLED, Event.ENTERED})
"""Of what happened at the same moment, the call was the cause of the rest."""

SENTENCES: dict[Event, str] = {
    Event.CALLED: N_("The phone rang on line %(line)s."),
    Event.ENTERED: N_("A call on line %(line)s was entered."),
    Event.OPENED: N_("The ticket was opened: %(case_types)s."),
    Event.PROMISED: N_("A call back was promised by %(due_at)s."),
    Event.ANNOUNCED: N_("The promise fell due and the coordinator was told."),
    Event.TAKEN: N_("Somebody took up the promise."),
    Event.KEPT: N_("The promise was kept."),
    Event.MOVED: N_("The promise was moved from %(from_at)s to %(due_at)s: %(reason)s"),
    Event.CALLED_OFF: N_("The promise was called off: %(reason)s"),
    Event.NOTED: N_("%(text)s"),
}
"""Event to its sentence; the places are the line's facts (times are ISO, codes are codes)."""

SEEN_BY: dict[Event, Audience] = {
    Event.CALLED: Audience.MEMBER,
    Event.ENTERED: Audience.MEMBER,
    Event.OPENED: Audience.MEMBER,
    Event.PROMISED: Audience.MEMBER,
    Event.ANNOUNCED: Audience.STAFF,
    Event.TAKEN: Audience.MEMBER,
    Event.KEPT: Audience.MEMBER,
    Event.MOVED: Audience.MEMBER,
    Event.CALLED_OFF: Audience.MEMBER,
    Event.NOTED: Audience.STAFF,
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
