"""Roles, and what addresses, passwords, codes and links must be."""

import base64
import hmac
import re
import unicodedata
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import phonenumbers
import pyotp
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

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
PASSWORD_LETTERS = 12
PASSWORD_BYTES = 1024
DIFFERENT_LETTERS = 5
CODE_DIGITS = 6
STEP_SECONDS = 30

EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+"
)
"""One plain address: no display name, no quotes, no second recipient."""

PARTY_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class LinkKind(StrEnum):
    """What a one-time link is for."""

    INVITE = "invite"
    RESET = "reset"


LINK_LIVES = {LinkKind.INVITE: timedelta(hours=72), LinkKind.RESET: timedelta(minutes=30)}

LINK_MAILS = 3
LINK_MAILS_WITHIN = timedelta(hours=1)
"""At most so many mails with a link an account, whoever asks for them."""


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


# Passwords


def folded_password(password: str) -> str:
    """What is hashed: NFKC, so that one keyboard's full-width letters are another's plain ones."""
    return unicodedata.normalize("NFKC", password)


def is_hashable(password: str) -> bool:
    """Whether the text may be hashed at all: bounded, and made of real characters."""
    try:
        return len(folded_password(password[: PASSWORD_BYTES + 1]).encode()) <= PASSWORD_BYTES
    except UnicodeEncodeError:  # A lone surrogate.
        return False


def check_password(password: str, *, email: str, common: Set[str]) -> None:
    """Refuse what is short, long, often used or the person's own mail name. Raises Problem.

    ``common`` holds words and passwords in small letters.
    """
    if not is_hashable(password):
        raise Problem(N_("Please choose a shorter password: at most 1,024 bytes."))
    folded = folded_password(password)
    if len(folded) < PASSWORD_LETTERS:
        raise Problem(
            N_("Please choose a longer password: at least %(letters)s characters."),
            letters=PASSWORD_LETTERS,
        )
    if _is_common(folded.casefold(), common):
        raise Problem(N_("Many people use a password like this. Please choose another one."))
    own_name = email.casefold().partition("@")[0]
    if own_name and own_name in folded.casefold():
        raise Problem(N_("Please choose a password that does not hold your mail name."))


def _is_common(password: str, common: Set[str]) -> bool:
    """Common words do not become rare by digits around them or by being said twice."""
    core = password.strip("0123456789!?.,@#$%&*+-_=~^ ")
    once = _said_once(core)
    few = len(set(password)) < DIFFERENT_LETTERS
    return few or not common.isdisjoint({password, core, once, _said_once(password)})


def _said_once(text: str) -> str:
    """``ab`` for ``abab``; the text itself when it is no repetition."""
    period = (text + text).find(text, 1)
    return text[:period] if 0 < period < len(text) else text


# Second factor


def needs_second_factor(roles: Iterable[str]) -> bool:
    """Whether somebody with these roles may not do anything with a password alone."""
    return not STAFF.isdisjoint(roles)


def step_of(now: datetime) -> int:
    """The number of the 30 seconds in which ``now`` lies."""
    return int(now.timestamp()) // STEP_SECONDS


def code_at(secret: str, now: datetime) -> str:
    """The six digits that an authenticator shows at ``now``."""
    return pyotp.TOTP(secret).generate_otp(step_of(now))


def matching_step(secret: str, code: str, *, now: datetime) -> int | None:
    """The time step to which ``code`` belongs: this one or a neighbour; None when to none."""
    typed = "".join(unicodedata.normalize("NFKC", code[:CODE_LETTERS]).split()).replace("-", "")
    if len(typed) != CODE_DIGITS or not typed.isascii():
        return None
    totp, current = pyotp.TOTP(secret), step_of(now)
    steps = (current, current - 1, current + 1)
    return next((s for s in steps if hmac.compare_digest(totp.generate_otp(s), typed)), None)


@dataclass(frozen=True)
class Cipher:
    """Keeps TOTP secrets unreadable without a key that is not in the database.

    ``key`` encrypts; ``old_key`` ("" when there is none) can still decrypt while keys change.
    """

    key: str = field(repr=False)
    old_key: str = field(default="", repr=False)

    def encrypt(self, text: str) -> str:
        """The token that stands in the database."""
        # The time inside the token is not used: ours would be a second clock.
        return _fernet(self.key).encrypt_at_time(text.encode(), 0).decode()

    def decrypt(self, token: str) -> str:
        """The text behind ``token``; "" when no key fits."""
        keys = [_fernet(key) for key in (self.key, self.old_key) if key]
        try:
            return MultiFernet(keys).decrypt(token).decode()
        except InvalidToken:
            return ""


def _fernet(key: str) -> Fernet:
    derived = HKDF(SHA256(), length=32, salt=None, info=b"hotline second factor")
    return Fernet(base64.urlsafe_b64encode(derived.derive(key.encode())))


def link_expires_at(kind: LinkKind, *, now: datetime) -> datetime:
    """When a link made at ``now`` is dead."""
    return now + LINK_LIVES[kind]


def subject(person_id: int) -> str:
    """How audit entries and notices name a person."""
    return f"person:{person_id}"
