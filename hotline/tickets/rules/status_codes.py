"""The code that opens a ticket's status without an account: where it goes, how long it is good."""

import hashlib
from datetime import timedelta

from hotline.tickets.rules.dialling import phones
from hotline.tickets.rules.reaching import SMS, Contacts, ReachingPolicy, mobile, reach

CODE_GOOD_FOR = timedelta(minutes=10)
"""After it was sent; so long somebody waits for it, too."""

STATUS_OPEN_FOR = timedelta(minutes=30)
"""So long the status stays open in the browser in which the right digits were typed."""

CODE_TRIES = 5
"""After so many wrong digits a code is dead."""

CODE_KEPT = timedelta(days=1)
"""After so long what is left of a code is forgotten."""

STATUS_CODE = "status_code:"
"""Before the id of a code: what audit entries and notices about it are filed under."""


def phone_for_code(contacts: Contacts, channel: str, policy: ReachingPolicy) -> str:
    """The phone (E.164) that a code goes to by ``channel`` ("sms", "voice"); "" without one.

    Where a safe contact was named it is the safe phone or none: whoever may read or hear the
    others would be let in.
    """
    rung = phones(contacts, policy)
    if contacts.safe_phone or contacts.safe_email:
        if channel == SMS:
            return mobile(contacts.safe_phone, policy.text_message_countries)
        return rung.get("safe_phone", "")
    if channel == SMS:
        return reach(contacts, policy).get(SMS, "")
    return next(iter(rung.values()), "")


def code_hash(code_id: int, digits: str) -> str:
    """How the digits are kept: SHA-256 (hex) of the row's id and the digits."""
    return hashlib.sha256(f"{code_id}:{digits}".encode()).hexdigest()


def status_code_subject(code_id: int) -> str:
    """What audit entries and notices about this code are filed under."""
    return f"{STATUS_CODE}{code_id}"
