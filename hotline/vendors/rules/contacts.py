"""Somebody of a partner as a form describes them, and by which ways they can be reached."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberType

from hotline.errors import N_, Invalid, Problem
from hotline.notices.rules import Channel
from hotline.people.rules import clean_email, clean_phone
from hotline.searchkeys import clean_name

NAME_LETTERS = 200
LOCALES = ("ja", "en")
"""In which languages somebody is told and rung."""

TAKES_TEXTS = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
REACHED_BY = (Channel.VOICE, Channel.MAIL, Channel.SMS)
"""In the order in which the form shows them."""


@dataclass(frozen=True)
class ContactDetails:
    """A person or a desk; ``phone`` is E.164 (landlines too) or "", ``channels`` are used."""

    name: str
    locale: str
    phone: str
    email: str
    channels: tuple[Channel, ...]
    at_any_hour: bool


def contact(texts: Mapping[str, str], channels: Sequence[str]) -> ContactDetails:
    """What the form describes. Raises Invalid naming the fields."""
    problems: dict[str, Problem] = {}
    values = {}
    for name, check in (("name", _name), ("phone", clean_phone), ("email", clean_email)):
        text = texts.get(name, "").strip()
        try:
            values[name] = check(text) if text else ""
        except Problem as problem:
            problems[name], values[name] = problem, ""
    details = ContactDetails(
        **values,
        locale=texts.get("locale", ""),
        channels=tuple(one for one in REACHED_BY if one in channels),
        at_any_hour=bool(texts.get("at_any_hour")),
    )
    problems = {**_missing(details), **problems}
    if problems:
        raise Invalid(problems)
    return details


def takes_texts(phone: str) -> bool:
    """Whether a phone (E.164) shows text messages: most landlines do not."""
    return phonenumbers.number_type(phonenumbers.parse(phone)) in TAKES_TEXTS


def _name(text: str) -> str:
    return clean_name(text, NAME_LETTERS)


def _missing(details: ContactDetails) -> dict[str, Problem]:
    by_phone = bool({Channel.VOICE, Channel.SMS} & set(details.channels))
    unread = Channel.SMS in details.channels and bool(details.phone)
    found = (
        ("name", not details.name, NO_NAME),
        ("locale", details.locale not in LOCALES, NOT_LISTED),
        ("channels", not details.channels, NO_WAY),
        ("email", Channel.MAIL in details.channels and not details.email, NO_MAIL),
        ("phone", by_phone and not details.phone, NO_PHONE),
        ("phone", unread and not takes_texts(details.phone), NO_TEXTS),
    )
    return {name: Problem(sentence) for name, wrong, sentence in found if wrong}


NO_NAME = N_("Please write the name of the contact.")
NOT_LISTED = N_("Please choose from the list.")
NO_WAY = N_("Please choose at least one way.")
NO_MAIL = N_("Please write the mail address.")
NO_PHONE = N_("Please write a phone number, such as 090-1234-5678.")
NO_TEXTS = N_("This is no mobile phone: text messages do not arrive there.")
