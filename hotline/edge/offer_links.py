"""Signed links to one offer for one contact of a partner: short enough for a text message.

A link says who asks, never whether it is still true: that stands on the offer, which takes one
answer and ends at its own time.
"""

from dataclasses import dataclass

from hotline.edge.limits import LARGEST_ID
from hotline.edge.signatures import sealed, unsealed
from hotline.settings import Settings

SALT = "offer page"
ID_BYTES = 8


@dataclass(frozen=True)
class Link:
    """Which offer a good link opens, and for which contact of the partner."""

    offer_id: int
    contact_id: int


def mint(offer_id: int, contact_id: int, settings: Settings) -> str:
    """The secret part of the link with which this contact answers this offer."""
    payload = b"".join(one.to_bytes(ID_BYTES, "big") for one in (offer_id, contact_id))
    return sealed(payload, settings, SALT)


def read(token: str, settings: Settings) -> Link | None:
    """What the link opens; None for one that is forged or broken."""
    payload = unsealed(token, settings, SALT)
    if payload is None or len(payload) != 2 * ID_BYTES:
        return None
    ids = [int.from_bytes(part, "big") for part in (payload[:ID_BYTES], payload[ID_BYTES:])]
    return Link(*ids) if max(ids) <= LARGEST_ID else None
