"""By which ways the caller can be told something without the attacker reading along."""

import re
from collections.abc import Mapping
from typing import Protocol

import phonenumbers
from phonenumbers import PhoneNumberType

from hotline.searchkeys import phone_e164

SMS, MAIL = "sms", "mail"

TAKES_TEXTS = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
ONE_ADDRESS = re.compile(r"[^\s@,;<>()\"]+@[^\s@,;<>()\"]+\.[^\s@,;<>()\"]+")


class Contacts(Protocol):
    """What a ticket knows about how its caller can be reached, as it was said."""

    caller_phone: str
    callback_phone: str
    caller_email: str
    safe_phone: str
    safe_email: str
    company_channels_unsafe: bool


def reach(contacts: Contacts) -> Mapping[str, str]:
    """Channel ("sms", "mail") to the address that is used; empty when the caller must be called.

    Contacts that were named as safe are used alone. Without one that can be written to, it is
    the first mobile phone, and the caller's own mail unless the company's channels are unsafe.
    Phone numbers are E.164.
    """
    safe = _usable(SMS, mobile(contacts.safe_phone)) | _usable(MAIL, plain(contacts.safe_email))
    if safe:
        return safe
    phone = mobile(contacts.callback_phone) or mobile(contacts.caller_phone)
    email = "" if contacts.company_channels_unsafe else plain(contacts.caller_email)
    return _usable(SMS, phone) | _usable(MAIL, email)


def mobile(raw: str) -> str:
    """The number in E.164 when it can take text messages, "" otherwise."""
    number = phone_e164(raw) if raw else None
    if number is None:
        return ""
    kind = phonenumbers.number_type(phonenumbers.parse(number))
    return number if kind in TAKES_TEXTS else ""


def plain(email: str) -> str:
    """The address when a mail can be sent to it, "" otherwise."""
    return email if ONE_ADDRESS.fullmatch(email) else ""


def _usable(channel: str, address: str) -> dict[str, str]:
    return {channel: address} if address else {}
