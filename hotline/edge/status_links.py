"""Signed links to the status page of one ticket: short enough for a text message, short-lived."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hotline.edge.signatures import sealed, unsealed
from hotline.settings import Settings

GOOD_FOR = timedelta(hours=72)
"""After the promised time; later the caller is asked to call."""

SALT = "status page"
NUMBER_BYTES, MINUTE_BYTES = 4, 4
MINUTE = timedelta(minutes=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Link:
    """What a good link opens, and until when."""

    number: str
    until: datetime


def mint(number: str, until: datetime, settings: Settings) -> str:
    """The secret part of the link to the status of ticket ``number``, good until ``until``."""
    minutes = (until - EPOCH) // MINUTE
    payload = int(number).to_bytes(NUMBER_BYTES, "big") + minutes.to_bytes(MINUTE_BYTES, "big")
    return sealed(payload, settings, SALT)


def read(token: str, settings: Settings, *, now: datetime) -> Link | None:
    """What the link opens; None for one that is forged, broken or over."""
    payload = unsealed(token, settings, SALT)
    if payload is None or len(payload) != NUMBER_BYTES + MINUTE_BYTES:
        return None
    number, minutes = (int.from_bytes(part, "big") for part in (payload[:4], payload[4:]))
    until = EPOCH + minutes * MINUTE
    return Link(f"{number:09}", until) if now < until else None
