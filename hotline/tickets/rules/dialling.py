"""Which telephones of a caller may be rung without the attacker picking up."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberType

from hotline.searchkeys import phone_e164, phone_key
from hotline.tickets.rules.reaching import Contacts, ReachingPolicy, mobile

PHONES = ("safe_phone", "callback_phone", "caller_phone")
"""In this order: what was named as safe, where to call back, where the caller rang from."""

HOME, HOME_CODE = "JP", 81


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


@lru_cache(maxsize=2000)
def diallable(raw: str, countries: tuple[str, ...]) -> str | None:
    """The number in E.164 when we dial it, in one of these countries; None otherwise.

    Ranges that no list names yet are dialled too: the caller has said the number. Numbers that
    earn by being called are not, wherever they are. Remembered, because a list asks it for the
    callers of all its rows.
    """
    key = phone_key(raw)
    number = phone_e164(raw) or (key if key.startswith("0") else f"+{key}")
    try:
        parsed = phonenumbers.parse(number, HOME)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed) or _country(parsed) not in countries:
        return None
    if phonenumbers.number_type(parsed) == PhoneNumberType.PREMIUM_RATE:
        return None
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def _country(number: phonenumbers.PhoneNumber) -> str | None:
    """Where the number is (ISO 3166); a range that no list names is where its code is.

    None where what follows the code begins with the sign of a call abroad.
    """
    if number.italian_leading_zero and number.country_code == HOME_CODE:
        return None
    found = phonenumbers.region_code_for_number(number)
    return found or str(phonenumbers.region_code_for_country_code(number.country_code or 0))


def _usable(contacts: Contacts, policy: ReachingPolicy) -> Iterator[tuple[str, str]]:
    rung = policy.call_back_countries
    known = {name: diallable(getattr(contacts, name), rung) for name in PHONES}
    countries = policy.text_message_countries
    for name, number in known.items():
        safe = name == "safe_phone" or not contacts.company_channels_unsafe
        passed_on_by_nobody = not known["safe_phone"] and mobile(number or "", countries)
        if number and (safe or passed_on_by_nobody):
            yield name, number
