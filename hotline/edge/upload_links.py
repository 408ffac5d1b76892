"""Signed links by which files are sent for one ticket: short enough for a text message.

A link says which row it belongs to; whether it is still good stands there.
"""

from itsdangerous import BadData
from itsdangerous.encoding import base64_decode, base64_encode

from hotline.edge.limits import LARGEST_ID
from hotline.edge.signatures import signer
from hotline.settings import Settings

SALT = "upload link"
ID_BYTES = 4
LONGEST = 100
"""No link of ours has more letters."""


def mint(link_id: int, settings: Settings) -> str:
    """The secret part of the link with this id."""
    payload = base64_encode(link_id.to_bytes(ID_BYTES, "big"))
    return signer(settings, SALT).sign(payload).decode("ascii")


def read(token: str, settings: Settings) -> int | None:
    """The id of the link; None for one that is forged or broken."""
    if len(token) > LONGEST:
        return None
    try:
        payload = base64_decode(signer(settings, SALT).unsign(token))
    except (BadData, UnicodeError):
        return None
    link_id = int.from_bytes(payload, "big")
    return link_id if len(payload) == ID_BYTES and link_id <= LARGEST_ID else None
