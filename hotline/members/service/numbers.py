"""Add a number to a company or to somebody there, while the caller is on the line."""

from dataclasses import replace
from datetime import datetime

from hotline.errors import Invalid, Missing, Problem
from hotline.members.models import Member
from hotline.members.rules import Details, clean_phone
from hotline.members.service.writing import details_of, save
from hotline.searchkeys import phone_key


def number_belongs_to(
    member: Member,
    phone: str,
    *,
    contact_id: int | None = None,
    version: int,
    by_id: int,
    now: datetime,
) -> Member:
    """From now on ``phone`` is on file with the company, or with this contact of it.

    What is there already stays as it is. Raises Stale when somebody saved the company after
    ``version`` was shown, Invalid for what is no phone, for ``phone``, and Missing for a contact
    of nobody there.
    """
    try:
        number = clean_phone(phone)
    except Problem as problem:
        raise Invalid({"phone": problem}) from problem
    details = _with_number(details_of(member), number, contact_id)
    return save(member, details, version=version, by_id=by_id, now=now)


def _with_number(details: Details, number: str, contact_id: int | None) -> Details:
    """The company with the number where it belongs; without a contact it is the company's."""
    if contact_id is None:
        return replace(details, phones=_added(details.phones, number))
    if contact_id not in {one.id for one in details.contacts}:
        raise Missing()
    contacts = tuple(
        replace(one, phones=_added(one.phones, number)) if one.id == contact_id else one
        for one in details.contacts
    )
    return replace(details, contacts=contacts)


def _added(phones: tuple[str, ...], number: str) -> tuple[str, ...]:
    known = {phone_key(one) for one in phones}
    return phones if phone_key(number) in known else (*phones, number)
