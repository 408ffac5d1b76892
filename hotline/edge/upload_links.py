"""Signed links by which files are sent for one ticket: short enough for a text message.

A link says which row it belongs to; whether it is still good stands there.
"""

from hotline.edge.limits import LARGEST_ID
from hotline.edge.signatures import sealed, unsealed
from hotline.settings import Settings

SALT = "upload link"
ID_BYTES = 4


def mint(link_id: int, settings: Settings) -> str:
    """The secret part of the link with this id."""
    return sealed(link_id.to_bytes(ID_BYTES, "big"), settings, SALT)


def read(token: str, settings: Settings) -> int | None:
    """The id of the link; None for one that is forged or broken."""
    payload = unsealed(token, settings, SALT)
    if payload is None or len(payload) != ID_BYTES:
        return None
    link_id = int.from_bytes(payload, "big")
    return link_id if link_id <= LARGEST_ID else None
