"""By which ways the caller can be told something without the attacker reading along."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Protocol, Self

import phonenumbers
from phonenumbers import PhoneNumberType
from pydantic import model_validator

from hotline.policy import Policy
from hotline.searchkeys import phone_e164, phone_key

SMS, MAIL = "sms", "mail"

TAKES_TEXTS = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
ONE_ADDRESS = re.compile(r"[^\s@,;<>()\"]+@[^\s@,;<>()\"]+\.[^\s@,;<>()\"]+")


class ReachingPolicy(Policy):
    """``config/reaching.toml``: to which countries text messages are sent, and which are rung."""

    FILE: ClassVar[str] = "reaching.toml"

    text_message_countries: tuple[str, ...]
    call_back_countries: tuple[str, ...]

    @model_validator(mode="after")
    def _countries_exist(self) -> Self:
        named = {*self.text_message_countries, *self.call_back_countries}
        unknown = sorted(named - phonenumbers.SUPPORTED_REGIONS)
        if unknown:
            raise ValueError(f"{', '.join(unknown)} is no country (two capital letters, ISO 3166)")
        return self


class Contacts(Protocol):
    """What a ticket knows about how its caller can be reached, as it was said."""

    @property
    def caller_phone(self) -> str: ...
    @property
    def callback_phone(self) -> str: ...
    @property
    def caller_email(self) -> str: ...
    @property
    def safe_phone(self) -> str: ...
    @property
    def safe_email(self) -> str: ...
    @property
    def company_channels_unsafe(self) -> bool: ...


@dataclass(frozen=True)
class Reachable:
    """The contacts of a ticket that may be used; what may not is ""."""

    caller_phone: str
    callback_phone: str
    caller_email: str
    safe_phone: str
    safe_email: str
    company_channels_unsafe: bool


def usable(contacts: Contacts, *, unsafe: bool, own: Collection[str]) -> Reachable:
    """The contacts without those of the company where its channels are unsafe.

    ``unsafe`` says that this is known from elsewhere, ``own`` holds the keys of the company's own
    phones as ``searchkeys.phone_key`` makes them. What was named as safe stands.
    """
    unsafe = unsafe or contacts.company_channels_unsafe

    def personal(phone: str) -> str:
        return "" if unsafe and phone_key(phone) in own else phone

    return Reachable(
        caller_phone=personal(contacts.caller_phone),
        callback_phone=personal(contacts.callback_phone),
        caller_email="" if unsafe else contacts.caller_email,
        safe_phone=contacts.safe_phone,
        safe_email=contacts.safe_email,
        company_channels_unsafe=unsafe,
    )


def reach(contacts: Contacts, policy: ReachingPolicy) -> Mapping[str, str]:
    """Channel ("sms", "mail") to the address that is used; empty when the caller must be called.

    Contacts that were named as safe are used alone. Without one that can be written to, it is
    the first mobile phone, and the caller's own mail unless the company's channels are unsafe.
    Phone numbers are E.164.
    """
    known = policy.text_message_countries
    safe = _usable(SMS, mobile(contacts.safe_phone, known)) | _usable(
        MAIL, plain(contacts.safe_email)
    )
    if safe:
        return safe
    phone = mobile(contacts.callback_phone, known) or mobile(contacts.caller_phone, known)
    email = "" if contacts.company_channels_unsafe else plain(contacts.caller_email)
    return _usable(SMS, phone) | _usable(MAIL, email)


@lru_cache(maxsize=2000)
def mobile(raw: str, countries: tuple[str, ...]) -> str:
    """The number in E.164 when it takes text messages in one of these countries, "" otherwise.

    Remembered, because a list asks it for the callers of all its rows.
    """
    number = phone_e164(raw) if raw else None
    if number is None:
        return ""
    parsed = phonenumbers.parse(number)
    there = phonenumbers.region_code_for_number(parsed) in countries
    return number if there and phonenumbers.number_type(parsed) in TAKES_TEXTS else ""


def plain(email: str) -> str:
    """The address when a mail can be sent to it, "" otherwise."""
    return email if ONE_ADDRESS.fullmatch(email) else ""


def _usable(channel: str, address: str) -> dict[str, str]:
    return {channel: address} if address else {}
