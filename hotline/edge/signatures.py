"""The signature of links that people outside follow: short enough for a text message."""

import hashlib

from itsdangerous import BadData, HMACAlgorithm, Signer
from itsdangerous.encoding import base64_decode, base64_encode

from hotline.settings import Settings

SIGNATURE_BYTES = 16
LONGEST = 100
"""No link of ours has more letters."""


class _Short(HMACAlgorithm):
    """HMAC-SHA-256 cut to 128 bits: nobody guesses that either, and it fits into a message."""

    def __init__(self) -> None:
        super().__init__(hashlib.sha256)

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        """The first bytes of the whole signature."""
        return super().get_signature(key, value)[:SIGNATURE_BYTES]


def sealed(payload: bytes, settings: Settings, salt: str) -> str:
    """The secret part of a link: what it says, signed for the one purpose that ``salt`` names."""
    return signer(settings, salt).sign(base64_encode(payload)).decode("ascii")


def unsealed(token: str, settings: Settings, salt: str) -> bytes | None:
    """What a link says; None for one that is forged or broken, or serves another purpose."""
    if len(token) > LONGEST:
        return None
    try:
        return base64_decode(signer(settings, salt).unsign(token))
    except (BadData, UnicodeError):
        return None


def signer(settings: Settings, salt: str) -> Signer:
    """Signs and reads the links of one purpose, which ``salt`` names."""
    keys = (settings.secret_key_old, settings.secret_key)  # The last one signs.
    known = [key.get_secret_value() for key in keys if key.get_secret_value()]
    return Signer(known, salt=salt, digest_method=hashlib.sha256, algorithm=_Short())
