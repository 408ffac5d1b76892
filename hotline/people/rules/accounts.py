"""Roles, and what addresses, names and phones must be."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers

from hotline.errors import N_, Invalid, Problem
from hotline.searchkeys import clean_name


class Role(StrEnum):
    """What somebody with an account may be; one person can be several."""

    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    COORDINATOR = "coordinator"
    MEMBER = "member"
    VENDOR = "vendor"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


DESK = frozenset({Role.OPERATOR, Role.SUPERVISOR, Role.COORDINATOR})
"""They work on tickets."""

READERS = DESK | {Role.AUDITOR}
"""They may read every ticket; the auditor only reads."""

STAFF = READERS | {Role.ADMINISTRATOR}
"""Employees: a second factor is required of each."""

NAME_LETTERS = 200
EMAIL_LETTERS = 254
CODE_LETTERS = 40

EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+"
)
"""One plain address: no display name, no quotes, no second recipient."""

PARTY_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


NEEDED = {
    "email": N_("Please write the mail address."),
    "name": N_("Please write the name."),
}


@dataclass(frozen=True)
class Account:
    """What an administrator writes down to let somebody in."""

    email: str
    name: str
    roles: frozenset[Role]
    member_number: str | None = None
    vendor_code: str | None = None
    phone: str | None = None
    manager: bool = False
    """Of a member: looks after the accounts of the company."""


def checked_account(given: Account) -> Account:
    """``given`` with clean texts. Raises Invalid with one sentence for each field."""
    problems: dict[str, Problem] = {}
    fields: dict[str, str | None] = {}
    for name, value, check in (
        ("email", given.email, clean_email),
        ("name", given.name, clean_person_name),
        ("member_number", given.member_number, clean_party_code),
        ("vendor_code", given.vendor_code, clean_party_code),
        ("phone", given.phone, clean_phone),
    ):
        try:
            fields[name] = check(value) if value else None
            _need(name, fields[name])
        except Problem as problem:
            problems[name] = problem
    try:
        check_roles(given)
    except Invalid as invalid:
        problems = {**invalid.fields, **problems}
    if problems:
        raise Invalid(problems)
    return Account(
        email=fields["email"] or "",
        name=fields["name"] or "",
        roles=given.roles,
        member_number=fields["member_number"],
        vendor_code=fields["vendor_code"],
        phone=fields["phone"],
        manager=given.manager,
    )


def _need(name: str, value: str | None) -> None:
    if not value and name in NEEDED:
        raise Problem(NEEDED[name])


def check_roles(given: Account) -> None:
    """Refuse roles that do not fit together, or that lack the company they stand for.

    An account is either staff, or of one member company, or of one partner: whoever sees all
    tickets must not be taken for somebody who sees one company's. Raises Invalid.
    """
    found = ((field, sentence) for field, sentence, wrong in _doubts(given) if wrong)
    problems = {field: Problem(sentence) for field, sentence in found}
    if problems:
        raise Invalid(problems)


def _doubts(given: Account) -> Iterator[tuple[str, str, bool]]:
    """A field, what to say of it, and whether that is so."""
    roles, member, vendor = given.roles, Role.MEMBER in given.roles, Role.VENDOR in given.roles
    yield "roles", N_("Please choose at least one role."), not roles
    one = N_("An account is either staff, or of one member company, or of one partner.")
    yield "roles", one, sum((bool(roles & STAFF), member, vendor)) > 1
    company = N_("A member needs the number of the company; nobody else has one.")
    yield "member_number", company, member != bool(given.member_number)
    partner = N_("A partner needs the code of the company; nobody else has one.")
    yield "vendor_code", partner, vendor != bool(given.vendor_code)
    manager = N_("Only somebody of a member company can look after its accounts.")
    yield "manager", manager, given.manager and not member


def clean_email(text: str) -> str:
    """One plain mail address as it was typed. Raises Problem."""
    text = text.strip(" \u3000")
    if len(text) > EMAIL_LETTERS or not EMAIL.fullmatch(text):
        raise Problem(N_("Please write one mail address, such as name@example.co.jp."))
    return text


def email_key(text: str) -> str:
    """What an address is found by, in any letter case; "" for what cannot be an address."""
    try:
        return clean_email(text).casefold()
    except Problem:
        return ""


def clean_person_name(text: str) -> str:
    """A name of one line, NFC, at most 200 letters. Raises Problem.

    Names stand in mail headers: what could add a recipient there is refused.
    """
    name = clean_name(text, NAME_LETTERS)
    if set(name) & set(',;<>"'):
        raise Problem(N_("Please write the name without commas, quotes and angle brackets."))
    return name


def clean_party_code(text: str) -> str:
    """A member number or a vendor code. Raises Problem."""
    code = text.strip(" \u3000")
    if len(code) > CODE_LETTERS or not PARTY_CODE.fullmatch(code):
        raise Problem(N_("Please write letters, digits, dots and dashes only, such as JNX-1001."))
    return code


def clean_phone(text: str) -> str:
    """A phone that can be rung, in E.164; a Japanese number may be written as usual.

    Raises Problem.
    """
    try:
        number = phonenumbers.parse(unicodedata.normalize("NFKC", text), "JP")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number) or number.extension:
        raise Problem(N_("Please write a phone number, such as 090-1234-5678."))
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def needs_second_factor(roles: Iterable[str]) -> bool:
    """Whether somebody with these roles may not do anything with a password alone."""
    return not STAFF.isdisjoint(roles)


def subject(person_id: int) -> str:
    """How audit entries and notices name a person."""
    return f"person:{person_id}"
