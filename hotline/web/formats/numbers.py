"""Numbers that are spoken, dialled or pressed: of tickets, of telephones, of the menu."""

from functools import lru_cache

import phonenumbers

from hotline import policy
from hotline.calls.models import Call
from hotline.calls.rules import STATUS_KEY, VoicePolicy
from hotline.edge.language import gettext
from hotline.tickets.models import Ticket
from hotline.tickets.rules import parse_number, spaced
from hotline.web.formats.codes import case_type

SHOWN_DIGITS_AT_THE_END = 1

MASK = "•"


def menu_key(key: str) -> str:
    """What the caller chose on the phone: ``1 データ暗号化・脅迫``; "" when nothing was pressed."""
    if key == STATUS_KEY:
        asks = gettext("asks how it stands")
        return f"{key} {asks}"
    code = policy.get(VoicePolicy).menu.get(key)
    return f"{key} {case_type(code)}" if code else key


@lru_cache(maxsize=2000)
def in_fours(number: str) -> str:
    """``4821 7093 3``; what is no ticket number stays as it is."""
    return spaced(number) if parse_number(number) else number


def phone_of(ticket: Ticket) -> str:
    """The caller's phone; nobody has withheld what nobody was asked for yet."""
    if not ticket.caller_phone and ticket.opened_by_id is not None:
        return gettext("not known yet")
    return phone(ticket.caller_phone)


def call_number(call: Call) -> str:
    """The number of the other side; nobody has withheld it where no telephone was to show it."""
    if not call.other_number and call.call_sid is None:
        return gettext("not known yet")
    return phone(call.other_number)


def phone(number: str) -> str:
    """``0566-00-1234`` for +81566001234; what was typed or is foreign stays readable."""
    if not number:
        return gettext("number withheld")
    if not number.startswith("+"):
        return number
    return _grouped(number)


@lru_cache(maxsize=2000)
def _grouped(number: str) -> str:
    """An E.164 number in its groups; remembered, because a list asks for the same callers."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    japanese = parsed.country_code == JAPAN
    style = phonenumbers.PhoneNumberFormat
    written = style.NATIONAL if japanese else style.INTERNATIONAL
    return str(phonenumbers.format_number(parsed, written))


JAPAN = 81


def masked(phone: str) -> str:
    """A phone number that can be recognised but not rung: ``0566-00-•••4``.

    The last group keeps only its last digit; without groups the last four digits are meant.
    """
    if not any(letter.isdecimal() for letter in phone):
        return phone  # Words: the number was withheld, or is not known.
    head, dash, tail = phone.rpartition("-")
    if not dash:
        head, tail = phone[:-4], phone[-4:]
    hidden = max(len(tail) - SHOWN_DIGITS_AT_THE_END, 0)
    return f"{head}{dash}{MASK * hidden}{tail[hidden:]}"
