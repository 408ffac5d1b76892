"""A webhook of the telephone company: found genuine, put on record, answered in time.

Nothing before these views touches the database. Whatever fails while one of them runs, the
caller is put through to the duty phone, and what happened waits on disk to be put on record.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog
from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

from hotline import clock
from hotline.adapters import signature, twilio
from hotline.adapters.signature import Forged
from hotline.adapters.spool import Spool
from hotline.adapters.twilio import Fields, Malformed
from hotline.adapters.twiml import Script
from hotline.calls import service as calls
from hotline.calls.models import Call
from hotline.calls.rules import Happening
from hotline.duty.rules import LineRule, LinesPolicy
from hotline.edge.access import detached
from hotline.edge.deadline import within
from hotline.edge.identity import settings
from hotline.policy import get
from hotline.transaction import transaction

log = structlog.get_logger(__name__)

bp = Blueprint("twilio", __name__, url_prefix="/twilio")

MOST_BYTES = 64 * 1024
FORM = "application/x-www-form-urlencoded"
DATABASE_SECONDS = 2.0
"""The caller must hear something within three seconds, so the database has two."""


@dataclass(frozen=True)
class Asked:
    """One webhook that was found genuine: its fields, the query we gave it, and when it came."""

    fields: Fields
    query: Fields
    at: datetime

    @property
    def line(self) -> LineRule:
        """The line whose number was called."""
        return get(LinesPolicy).line_for_called_number(self.fields.get("To", ""))

    @property
    def language(self) -> str:
        """What is spoken to the caller."""
        return self.query.get("language", "ja")


@dataclass(frozen=True)
class Webhook:
    """One address the telephone company posts to.

    ``happened`` says what is to be put on record. ``answer`` is given the call as it is then, in
    the same transaction. ``otherwise`` touches no database: it answers when nothing happened,
    when there is no ``answer``, and when anything failed.
    """

    path: str
    needed: Collection[str]
    happened: Callable[[Asked], Happening | None]
    otherwise: Callable[[Asked], str]
    answer: Callable[[Asked, Call], str] | None = None

    def respond(self) -> Response:
        """The answer to the request of this moment: TwiML, or a refusal."""
        try:
            asked = genuine(self.needed)
        except (Forged, Malformed, RequestEntityTooLarge) as refusal:
            return refused(refusal)
        happening = self.happened(asked)
        told = self._saved(asked, happening) if happening else None
        return Response(told or self.otherwise(asked), content_type="text/xml; charset=utf-8")

    def _saved(self, asked: Asked, happening: Happening) -> str | None:
        """What ``answer`` says once ``happening`` is on record; None when that failed."""
        try:
            return within(DATABASE_SECONDS, lambda: self._record(asked, happening))
        except Exception as error:
            # The text of a database error holds values of the case: only its kind is logged.
            log.error("webhook.failed", path=self.path, kind=type(error).__name__)
            _keep_for_later(happening)
            return None

    def _record(self, asked: Asked, happening: Happening) -> str | None:
        with transaction():
            call = calls.record(happening, now=asked.at)
            return self.answer(asked, call) if self.answer and call else None


def genuine(needed: Collection[str]) -> Asked:
    """The request, when it is signed and every field fits. Raises Forged, Malformed or 413."""
    request.max_content_length = MOST_BYTES
    if request.mimetype != FORM:
        raise Malformed("content type")
    query = request.query_string.decode("latin-1")
    url = signature.signed_url(settings().public_url, request.path, query)
    signature.check(url, request.form, request.headers, settings().twilio_tokens)
    account = settings().twilio_account_sid or twilio.NO_ACCOUNT
    fields = twilio.read(request.form, account=account, needed=needed)
    return Asked(fields, twilio.read_query(request.args), clock.now())


def refused(refusal: Exception) -> Response:
    """The answer to a request that is not believed; who sent it is in the log."""
    # The names of fields, never their values: they hold phone numbers.
    log.warning(
        "webhook.refused",
        endpoint=request.endpoint,
        kind=type(refusal).__name__,
        why=str(refusal),
        address=request.remote_addr,
    )
    status = {Forged: 403, Malformed: 400}.get(type(refusal), 413)
    return Response("This request is refused.\n", status, content_type="text/plain")


def _keep_for_later(happening: Happening) -> None:
    try:
        Spool(settings().spool_dir).put(happening)
    except OSError as error:
        # The last resort is the log: with the call's id it can be found at the company.
        log.critical("spool.failed", error=error.strerror, call_sid=happening.call_sid)


def script() -> Script:
    """What is said and asked for, in whose words."""
    found = current_app.extensions["hotline.script"]
    assert isinstance(found, Script)  # noqa: S101 - tells the type checker
    return found


class Answering(Protocol):
    """One address the telephone company posts to, below that of its blueprint."""

    @property
    def path(self) -> str:
        """Where it is; "" is the blueprint's own address."""

    def respond(self) -> Response:
        """The answer to the request of this moment: TwiML, or a refusal."""


def serve(blueprint: Blueprint, webhooks: Mapping[str, Answering]) -> None:
    """Attach each webhook under its endpoint; no transaction is opened before it answers."""
    for endpoint, webhook in webhooks.items():
        blueprint.add_url_rule(webhook.path, endpoint, _view(webhook), methods=["POST"])


def _view(webhook: Answering) -> Callable[[], Response]:
    @detached
    def view() -> Response:
        return webhook.respond()

    return view
