"""Codes of an authenticator app, codes for when it is lost, and the key that keeps them secret."""

import base64
import hmac
import secrets
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime

import pyotp
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CODE_DIGITS = 6
STEP_SECONDS = 30
TYPED_LETTERS = 40

RECOVERY_CODES = 10
RECOVERY_LENGTH = 12
RECOVERY_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without 0, 1, I, L, O and U, which are taken for each other or make words."""


def step_of(now: datetime) -> int:
    """The number of the 30 seconds in which ``now`` lies."""
    return int(now.timestamp()) // STEP_SECONDS


def code_at(secret: str, now: datetime) -> str:
    """The six digits that an authenticator shows at ``now``."""
    return pyotp.TOTP(secret).generate_otp(step_of(now))


def matching_step(secret: str, code: str, *, now: datetime) -> int | None:
    """The time step to which ``code`` belongs: this one or a neighbour; None when to none."""
    typed = "".join(unicodedata.normalize("NFKC", code[:TYPED_LETTERS]).split()).replace("-", "")
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

    def digests(self, text: str) -> list[str]:
        """HMAC-SHA-256 (hex) of ``text`` under each key, the present one first.

        Whoever has the database alone cannot try what ``text`` was.
        """
        keys = [_derived(key, b"hotline recovery codes") for key in (self.key, self.old_key) if key]
        return [hmac.digest(key, text.encode(), "sha256").hex() for key in keys]


def _fernet(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_derived(key, b"hotline second factor")))


def _derived(key: str, purpose: bytes) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=purpose).derive(key.encode())


# Codes for when the device is lost


def recovery_code() -> str:
    """A fresh code of 58 random bits, ``K7QF-2MXD-9TWP``."""
    letters = "".join(secrets.choice(RECOVERY_LETTERS) for _ in range(RECOVERY_LENGTH))
    return shown_recovery_code(letters)


def shown_recovery_code(letters: str) -> str:
    """The letters in fours, as they are read and typed."""
    return "-".join(letters[start : start + 4] for start in range(0, RECOVERY_LENGTH, 4))


def typed_recovery_code(text: str) -> str:
    """The letters of a code however it was typed; "" for what cannot be one."""
    typed = unicodedata.normalize("NFKC", text[:TYPED_LETTERS]).upper()
    letters = "".join(typed.split()).replace("-", "")
    known = len(letters) == RECOVERY_LENGTH and set(letters) <= set(RECOVERY_LETTERS)
    return letters if known else ""
