"""A webhook of somebody whom we rang: they hear what it is about, and press a key.

Nothing before these views touches the database. What cannot be put on record while it is away
does not wait on disk: whoever picked up is told so at once.
"""

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from flask import Response
from werkzeug.exceptions import RequestEntityTooLarge

from hotline.adapters import twiml
from hotline.adapters.signature import Forged
from hotline.adapters.twilio import Malformed
from hotline.calls.rules import LANGUAGES
from hotline.edge.deadline import within
from hotline.web.twilio.hooks import DATABASE_SECONDS, Asked, genuine, refused

log = structlog.get_logger(__name__)

TRIES = 3
"""So often a key is asked for when it could not be put on record."""


@dataclass(frozen=True)
class Webhook:
    """One address: ``answer`` asks the database; ``otherwise`` answers without it."""

    path: str
    needed: tuple[str, ...]
    answer: Callable[[Asked], str]
    otherwise: Callable[[Asked], str]

    def respond(self) -> Response:
        """The answer to the request of this moment: TwiML, or a refusal."""
        try:
            asked = genuine(self.needed)
        except (Forged, Malformed, RequestEntityTooLarge) as refusal:
            return refused(refusal)
        try:
            told = within(DATABASE_SECONDS, lambda: self.answer(asked))
        except Exception as error:
            # The text of a database error holds values: only its kind is logged.
            log.error("webhook.failed", path=self.path, kind=type(error).__name__)
            told = self.otherwise(asked)
        return Response(told, content_type="text/xml; charset=utf-8")


def nothing(_asked: Asked) -> str:
    """Whoever was rung hears nothing more."""
    return twiml.NOTHING


def next_attempt(asked: Asked) -> int:
    """The number of the attempt that would follow the one of this request, from 2 on."""
    return int(asked.query.get("attempt", "1")) + 1


def spoken(locale: str) -> str:
    """The language in which somebody with ``locale`` ("ja", "en-GB") is spoken to."""
    language = locale[:2]
    return language if language in LANGUAGES else "ja"
