"""Accounts of people who work for partners."""

from hotline.errors import N_, Invalid, Problem
from hotline.people.rules import Account, checked_account
from hotline.vendors import queries


def check_account(given: Account) -> None:
    """Refuse an account that names no partner of ours. Raises Invalid, also for what
    ``people.rules.checked_account`` refuses."""
    code = checked_account(given).vendor_code
    if code is not None and queries.by_code(code) is None:
        sentence = N_("There is no partner with this code. Write the partner down first.")
        raise Invalid({"vendor_code": Problem(sentence)})
