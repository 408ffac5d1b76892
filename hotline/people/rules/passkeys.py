"""Passkeys: where they can be used, what browsers are asked for, and what their answers prove."""

import base64
import hashlib
import ipaddress
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from hotline.errors import N_, Invalid, Problem
from hotline.searchkeys import clean_name

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

# webauthn is imported by the first who uses a passkey: with OpenSSL and the tables of ASN.1 it
# is 14 MiB, which every process would carry for a page that few people open.

PASSKEYS = 20
"""So many a person at most."""

CHALLENGE_LIFE = timedelta(minutes=5)
CHALLENGE_BYTES = 32
PASSKEY_NAME_LETTERS = 100
LONGEST_ANSWER = 20_000
LONGEST_ID = 1400
"""Letters of a credential's id: its 1,023 bytes at most, as base64url."""

NOBODYS_KEY = base64.urlsafe_b64decode(
    "pQECAyYgASFYINOiDwvMAxKS5uBoKNZPEj8MsmX0A3qfhjWZEhFn"
    "Sq2jIlggjZ8gRRk2YTNnhkYw7fKGBHaEqYs_MOnVt1PAtZPN25E="
)
"""A public key (ES256) for passkeys that nobody has: their answers cost as much to check."""


@dataclass(frozen=True)
class Site:
    """Whom a passkey is for: the name it is bound to, and the address pages come from."""

    name: str
    origin: str


@dataclass(frozen=True)
class NewPasskey:
    """What is kept of a passkey: its id (base64url), its public key, and how often it was used."""

    credential_id: str
    public_key: bytes
    sign_count: int


@dataclass(frozen=True)
class Answer:
    """What a browser sent, as far as it can be read without a key: to look up whose it is."""

    challenge: bytes
    credential_id: str
    handle: str
    whole: dict[str, Any]


def site(public_url: str) -> Site | None:
    """The site behind HOTLINE_PUBLIC_URL; None where browsers refuse passkeys.

    They want a name, and https; ``localhost`` is the one name that may do without.
    """
    parts = urlsplit(public_url)
    name = (parts.hostname or "").lower()
    safe = parts.scheme == "https" or name == "localhost" or name.endswith(".localhost")
    return Site(name, _origin(parts.scheme, name, parts.port)) if safe and _is_name(name) else None


def _origin(scheme: str, name: str, port: int | None) -> str:
    usual = {"https": 443, "http": 80}.get(scheme)
    return f"{scheme}://{name}" if port in (None, usual) else f"{scheme}://{name}:{port}"


def _is_name(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return bool(name)
    return False


def user_handle(person_id: int) -> bytes:
    """What an authenticator files a person's passkeys under; it tells nothing about the person."""
    return hashlib.sha256(f"hotline person {person_id}".encode()).digest()


def clean_passkey_name(text: str) -> str:
    """What its owner calls a passkey. Raises Invalid."""
    try:
        name = clean_name(text, PASSKEY_NAME_LETTERS)
    except Problem as problem:
        raise Invalid({"name": problem}) from None
    if not name:
        raise Invalid({"name": Problem(N_("Please give the passkey a name."))})
    return name


class Owner(Protocol):
    """What of a person the browser is told."""

    id: Any
    email: Any
    name: Any


def asked_to_make(
    where: Site, challenge: bytes, *, whose: Owner, known: Sequence[str], label: str
) -> str:
    """JSON: the browser is to make a passkey, which none of ``known`` (ids) may be already."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = generate_registration_options(
        rp_id=where.name,
        rp_name=label,
        user_id=user_handle(whose.id),
        user_name=whose.email,
        user_display_name=whose.name,
        challenge=challenge,
        timeout=int(CHALLENGE_LIFE.total_seconds() * 1000),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_named(known),
    )
    return options_to_json(options)


def asked_to_show(where: Site, challenge: bytes, *, known: Sequence[str] = ()) -> str:
    """JSON: the browser is to show a passkey: one of ``known`` (ids), or any it has for us."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    options = generate_authentication_options(
        rp_id=where.name,
        challenge=challenge,
        timeout=int(CHALLENGE_LIFE.total_seconds() * 1000),
        allow_credentials=_named(known),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def _named(ids: Sequence[str]) -> list["PublicKeyCredentialDescriptor"]:
    from webauthn import base64url_to_bytes
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in ids]


def read_answer(text: str) -> Answer | None:
    """What a browser sent; None for what is no answer at all."""
    from webauthn import base64url_to_bytes
    from webauthn.helpers import bytes_to_base64url, parse_client_data_json

    try:
        whole = json.loads(text[: LONGEST_ANSWER + 1])
        found = parse_client_data_json(base64url_to_bytes(whole["response"]["clientDataJSON"]))
        credential_id, handle = whole["id"], whole["response"].get("userHandle") or ""
        bytes_to_base64url(base64url_to_bytes(credential_id))
    except Exception:  # The parsers raise whatever they stumble over; it all means the same.
        return None
    plain = isinstance(credential_id, str) and isinstance(handle, str)
    fits = plain and len(credential_id) <= LONGEST_ID and credential_id.isascii()
    return Answer(found.challenge, credential_id, handle, whole) if fits else None


def files_under(answer: Answer, person_id: int) -> bool:
    """Whether the device filed the passkey under this person, where it says under whom at all."""
    from webauthn.helpers import bytes_to_base64url

    return answer.handle in ("", bytes_to_base64url(user_handle(person_id)))


def made(answer: Answer, where: Site) -> NewPasskey | None:
    """The passkey a browser made; None when the answer does not prove that it did, here and now.

    The challenge must have been looked up before: it is taken from the answer.
    """
    from webauthn import verify_registration_response
    from webauthn.helpers import bytes_to_base64url

    try:
        found = verify_registration_response(
            credential=answer.whole,
            expected_challenge=answer.challenge,
            expected_rp_id=where.name,
            expected_origin=where.origin,
            require_user_verification=True,
        )
    except Exception:  # As above: hostile bytes reach parsers of several libraries.
        return None
    credential_id = bytes_to_base64url(found.credential_id)
    made_here = NewPasskey(credential_id, found.credential_public_key, found.sign_count)
    # What the device signed may name another id than the browser: then neither is believed.
    return made_here if credential_id == answer.credential_id else None


def count_shown(answer: Answer, where: Site, public_key: bytes) -> int | None:
    """How often the passkey says it was used; None when the answer is not signed with its key.

    The challenge must have been looked up before: it is taken from the answer.
    """
    from webauthn import verify_authentication_response

    try:
        found = verify_authentication_response(
            credential=answer.whole,
            expected_challenge=answer.challenge,
            expected_rp_id=where.name,
            expected_origin=where.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,  # Compared by is_copied, once the signature holds.
            require_user_verification=True,
        )
    except Exception:  # As above.
        return None
    return found.new_sign_count


def is_copied(shown: int, kept: int) -> bool:
    """Whether a passkey counts backwards: then there are two of it. 0 and 0: it does not count."""
    return (shown > 0 or kept > 0) and shown <= kept
