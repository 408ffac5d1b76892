"""Signed links to the status page of one ticket: short enough for a text message, short-lived."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadData, HMACAlgorithm, Signer
from itsdangerous.encoding import base64_decode, base64_encode

from hotline.settings import Settings

GOOD_FOR = timedelta(hours=72)
"""After the promised time; later the caller is asked to call."""

SALT = "status page"
SIGNATURE_BYTES = 16
NUMBER_BYTES, MINUTE_BYTES = 4, 4
MINUTE = timedelta(minutes=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Link:
    """What a good link opens, and until when."""

    number: str
    until: datetime


class _Short(HMACAlgorithm):
    """HMAC-SHA-256 cut to 128 bits: nobody guesses that either, and it fits into a message."""

    def __init__(self) -> None:
        super().__init__(hashlib.sha256)

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        """The first bytes of the whole signature."""
        return super().get_signature(key, value)[:SIGNATURE_BYTES]


def mint(number: str, until: datetime, settings: Settings) -> str:
    """The secret part of the link to the status of ticket ``number``, good until ``until``."""
    minutes = (until - EPOCH) // MINUTE
    payload = int(number).to_bytes(NUMBER_BYTES, "big") + minutes.to_bytes(MINUTE_BYTES, "big")
    return _signer(settings).sign(base64_encode(payload)).decode("ascii")


def read(token: str, settings: Settings, *, now: datetime) -> Link | None:
    """What the link opens; None for one that is forged, broken or over."""
    try:
        payload = base64_decode(_signer(settings).unsign(token))
    except (BadData, UnicodeError):
        return None
    if len(payload) != NUMBER_BYTES + MINUTE_BYTES:
        return None
    number, minutes = (int.from_bytes(part, "big") for part in (payload[:4], payload[4:]))
    until = EPOCH + minutes * MINUTE
    return Link(f"{number:09}", until) if now < until else None


def _signer(settings: Settings) -> Signer:
    keys = (settings.secret_key_old, settings.secret_key)  # The last one signs.
    known = [key.get_secret_value() for key in keys if key.get_secret_value()]
    return Signer(known, salt=SALT, digest_method=hashlib.sha256, algorithm=_Short())
