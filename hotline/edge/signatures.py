"""The signature of links that people outside follow: short enough for a text message."""

import hashlib

from itsdangerous import HMACAlgorithm, Signer

from hotline.settings import Settings

SIGNATURE_BYTES = 16


class _Short(HMACAlgorithm):
    """HMAC-SHA-256 cut to 128 bits: nobody guesses that either, and it fits into a message."""

    def __init__(self) -> None:
        super().__init__(hashlib.sha256)

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        """The first bytes of the whole signature."""
        return super().get_signature(key, value)[:SIGNATURE_BYTES]


def signer(settings: Settings, salt: str) -> Signer:
    """Signs and reads the links of one purpose, which ``salt`` names."""
    keys = (settings.secret_key_old, settings.secret_key)  # The last one signs.
    known = [key.get_secret_value() for key in keys if key.get_secret_value()]
    return Signer(known, salt=salt, digest_method=hashlib.sha256, algorithm=_Short())
