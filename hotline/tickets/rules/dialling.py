"""Which telephones of a caller may be rung without the attacker picking up."""

from collections.abc import Iterator, Mapping

import phonenumbers

from hotline.searchkeys import phone_e164, phone_key
from hotline.tickets.rules.reaching import Contacts, ReachingPolicy, mobile

PHONES = ("safe_phone", "callback_phone", "caller_phone")
"""In this order: what was named as safe, where to call back, where the caller rang from."""


def phones(contacts: Contacts, policy: ReachingPolicy) -> Mapping[str, str]:
    """Code of PHONES to the number (E.164) that may be rung, the first to try in the first place.

    Where the company's own channels are unsafe it is the safe phone alone; without one, mobile
    phones, which no switchboard of the company passes on. No number stands there twice.
    """
    found: dict[str, str] = {}
    for name, number in _usable(contacts, policy):
        if number not in found.values():
            found[name] = number
    return found


def diallable(raw: str) -> str | None:
    """The number in E.164 when it can be dialled; None otherwise.

    Ranges that no list names yet are dialled too: the caller has said the number.
    """
    if (number := phone_e164(raw)) is not None:
        return number
    try:
        parsed = phonenumbers.parse(phone_key(raw), "JP")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def _usable(contacts: Contacts, policy: ReachingPolicy) -> Iterator[tuple[str, str]]:
    known = {name: diallable(getattr(contacts, name)) for name in PHONES}
    countries = policy.text_message_countries
    for name, number in known.items():
        safe = name == "safe_phone" or not contacts.company_channels_unsafe
        passed_on_by_nobody = not known["safe_phone"] and mobile(number or "", countries)
        if number and (safe or passed_on_by_nobody):
            yield name, number
