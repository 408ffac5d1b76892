"""Another phone or address that a member gives in writing, and what becomes of it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from hotline.errors import N_, Invalid, Problem
from hotline.people.rules import clean_email, clean_phone
from hotline.searchkeys import clean_name, clean_text
from hotline.tickets.rules.intake import LIMITS

NOTE_LETTERS = 500
UNSAFE, SAFE = "unsafe", "safe"
"""What can be said of the company's own mail and phones."""


class ChangeStatus(StrEnum):
    """Where it stands; nothing is sent to it before somebody of the desk confirmed it."""

    GIVEN = "given"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    REPLACED = "replaced"
    """Another one was given before anybody had looked at it."""


class ContactField(StrEnum):
    """What of a ticket's contacts can be given anew."""

    SAFE_PHONE = "safe_phone"
    SAFE_EMAIL = "safe_email"
    CALLBACK_PHONE = "callback_phone"
    CALLBACK_HOURS = "callback_hours"
    CHANNELS = "channels"
    """Whether the company's own mail and phones may be used: UNSAFE or SAFE."""


class Rung(StrEnum):
    """Which known number the desk rang to hear that a change is right."""

    SAFE_PHONE = "safe_phone"
    CALLBACK_PHONE = "callback_phone"
    CALLER_PHONE = "caller_phone"
    ON_FILE = "on_file"
    OTHER = "other"


@dataclass(frozen=True)
class Heard:
    """How the desk heard that a change is right: whom it rang, and what was said."""

    rung: str
    note: str


def _phone(text: str) -> str:
    """As it was typed, when it can be rung."""
    clean_phone(text)
    return text


def _one_of_both(text: str) -> str:
    if text not in (UNSAFE, SAFE):
        raise Problem(N_("There is no such choice."))
    return text


CHECKED: Mapping[ContactField, Callable[[str], str]] = {
    ContactField.SAFE_PHONE: _phone,
    ContactField.SAFE_EMAIL: clean_email,
    ContactField.CALLBACK_PHONE: _phone,
    ContactField.CALLBACK_HOURS: str,
    ContactField.CHANNELS: _one_of_both,
}
"""What each must be."""

NEEDED = {
    ContactField.SAFE_PHONE: N_("Please write a phone number, such as 090-1234-5678."),
    ContactField.SAFE_EMAIL: N_("Please write the mail address."),
    ContactField.CALLBACK_PHONE: N_("Please write a phone number, such as 090-1234-5678."),
    ContactField.CALLBACK_HOURS: N_("Write when somebody is there, such as 9:00 to 18:00."),
    ContactField.CHANNELS: N_("There is no such choice."),
}


def checked_contact(field: str, value: str, *, was: str) -> tuple[ContactField, str]:
    """What a member gives, as it is kept. Raises Invalid naming ``field`` or ``value``.

    ``was``: what stands there now; the same again is no change.
    """
    if field not in set(ContactField):
        raise Invalid({"field": Problem(N_("There is no such choice."))})
    meant = ContactField(field)
    try:
        clean = clean_name(value, LIMITS[meant][1] if meant in LIMITS else NOTE_LETTERS)
        if not clean:
            raise Problem(NEEDED[meant])
        clean = CHECKED[meant](clean)
        if clean == was:
            raise Problem(N_("This is what we have on record already."))
    except Problem as problem:
        raise Invalid({"value": problem}) from None
    return meant, clean


def checked_heard(heard: Heard, known: Collection[Rung]) -> Heard:
    """How a change was confirmed. Raises Invalid naming ``rung`` or ``note``.

    ``known``: the numbers that can be rung; another one that we knew before is always possible.
    """
    problems: dict[str, Problem] = {}
    if heard.rung not in {*known, Rung.OTHER}:
        problems["rung"] = Problem(N_("Choose which known number was rung."))
    note = _noted(heard.note, N_("Write who said so, and how you knew them."), problems)
    if problems:
        raise Invalid(problems)
    return Heard(heard.rung, note)


def checked_refusal(note: str) -> str:
    """Why a change does not hold. Raises Invalid naming ``note``."""
    problems: dict[str, Problem] = {}
    note = _noted(note, N_("Say why, in a few words."), problems)
    if problems:
        raise Invalid(problems)
    return note


def _noted(note: str, empty: str, problems: dict[str, Problem]) -> str:
    try:
        clean = clean_text(note.replace("\r\n", "\n").strip(), NOTE_LETTERS)
        if not clean:
            raise Problem(empty)
    except Problem as problem:
        problems["note"] = problem
        return ""
    return clean


def holds_at_once(field: str, value: str) -> bool:
    """Whether a change needs nobody's word: that the own channels are not safe."""
    return field == ContactField.CHANNELS and value == UNSAFE


def change_subject(change_id: int) -> str:
    """How audit entries and notices name a change."""
    return f"contact_change:{change_id}"
