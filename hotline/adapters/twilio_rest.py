"""Text messages and calls by Twilio's REST API; the only module that speaks it.

Twilio's own client sets no limit to a whole request; two small requests need none of it.
"""

import base64
import contextlib
import json
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any
from urllib.parse import urlencode, urlsplit

from twilio.twiml.voice_response import VoiceResponse

from hotline.adapters.outgoing import KEY_HEADER, SUBJECT_HEADER, DeliveryFailed
from hotline.adapters.telephone import Ring, Text
from hotline.calls.rules import Voice

CONNECT_SECONDS = 5
READ_SECONDS = 10
"""For each step of the conversation."""

TOTAL_SECONDS = 15
"""For one request with everything around it: less than half of the lease of a claim."""

STEER_SECONDS = 5
"""For stopping a recording and letting it go on: somebody is waiting at the screen."""

FETCH_SECONDS = 120
"""For a whole recording: less than half of the lease of its claim."""

PIECE = 64 * 1024
CURRENT = "Twilio.CURRENT"
"""The recording of a call that runs now."""

RING_SECONDS = 30
"""So long a telephone rings; a mailbox that takes the call later presses no key."""

IN_TIME = "no answer in time"
MOST_BYTES = 64 * 1024
LONGEST_WAIT = 3600
E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)

REASONS = {
    20003: "the account or its token is not known there",
    20429: "too many requests",
    21210: "our own number is not verified",
    21211: "the number cannot exist",
    21212: "our own number cannot be used",
    21214: "the number cannot be reached",
    21217: "the number cannot exist",
    21408: "messages to that country are not allowed for this account",
    21421: "the number cannot exist",
    21606: "our own number cannot send text messages",
    21610: "the number has asked for no more text messages",
    21612: "this number cannot be reached from ours",
    21614: "the number takes no text messages",
    21617: "the message is too long",
}
"""What their error codes mean to us. Their own sentences hold the number, and are not kept."""

ABOUT_NUMBERS = range(21000, 22000)
"""Error codes about what was sent, not about who sent it: for these it is refused for good."""

OURS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
"""The account, its token or the address is wrong: the next message would fare alike."""


@dataclass(frozen=True)
class Account:
    """Whose calls and messages these are, and where Twilio is asked."""

    sid: str
    token: str
    number: str
    base: str

    @property
    def path(self) -> str:
        """Below this stand the account's messages and calls."""
        return f"{urlsplit(self.base).path.rstrip('/')}/2010-04-01/Accounts/{self.sid}"


@dataclass(frozen=True)
class Limits:
    """Seconds to connect, for each step, for a whole request, and for a whole recording."""

    connect: float = CONNECT_SECONDS
    read: float = READ_SECONDS
    total: float = TOTAL_SECONDS
    fetch: float = FETCH_SECONDS


class TwilioTelephone:
    """One bounded request for each message or call. Satisfies adapters.telephone.Telephone.

    Twilio's "created" means accepted, not delivered: that is when it counts as sent.
    """

    def __init__(
        self, account: Account, voices: Mapping[str, Voice], *, limits: Limits | None = None
    ) -> None:
        self._account = account
        self._voices = voices
        self._limits = limits or Limits()

    def send_text(self, text: Text) -> None:
        """Send a text message. Raises DeliveryFailed."""
        self._post("Messages", text, {"Body": text.body})

    def ring(self, ring: Ring) -> None:
        """Ring somebody. Raises DeliveryFailed."""
        fields = {"Timeout": str(RING_SECONDS)}
        if ring.url:
            fields |= {"Url": ring.url, "Method": "POST"}
        else:
            fields["Twiml"] = _said(ring.words, self._voices[ring.language])
        if ring.ended_url:
            fields |= {
                "StatusCallback": ring.ended_url,
                "StatusCallbackEvent": "completed",
                "StatusCallbackMethod": "POST",
            }
        self._post("Calls", ring, fields)

    @contextmanager
    def recording(self, sid: str) -> Iterator[Iterator[bytes]]:
        """The bytes of a recording as WAV, from Twilio's own host: no redirect is followed.

        Raises DeliveryFailed, at the end too when not all of it came in time.
        """
        account, limits = self._account, replace(self._limits, total=self._limits.fetch)
        with _Conversation(account.base, limits) as connection:
            headers = {"Authorization": f"Basic {_basic(account)}", "Accept": "audio/x-wav"}
            connection.request("GET", f"{account.path}/Recordings/{sid}.wav", headers=headers)
            with closing(connection.getresponse()) as response:
                if response.status != HTTPStatus.OK:
                    _check(_answer(response))
                    raise DeliveryFailed(f"Twilio answered {response.status}")
                yield _pieces(response)
                if response.length:
                    raise DeliveryFailed("not all of it came")

    def steer_recording(self, call_sid: str, *, running: bool) -> None:
        """Let the recording that runs go on, or put silence in its place. Raises DeliveryFailed."""
        fields = {"Status": "in-progress"}
        if not running:
            fields = {"Status": "paused", "PauseBehavior": "silence"}
        path = f"{self._account.path}/Calls/{call_sid}/Recordings/{CURRENT}.json"
        limits = replace(self._limits, total=min(self._limits.total, STEER_SECONDS))
        with _Conversation(self._account.base, limits) as connection:
            answer = _ask(connection, path, urlencode(fields), self._headers())
        _check(answer)

    def close(self) -> None:
        """Each request has a connection of its own."""

    def _post(self, what: str, message: Text | Ring, fields: dict[str, str]) -> None:
        if not E164.fullmatch(message.to):
            raise DeliveryFailed("there is no number that can be dialled", permanent=True)
        account = self._account
        content = urlencode({"To": message.to, "From": account.number, **fields})
        named = {SUBJECT_HEADER: message.about, KEY_HEADER: message.dedup_key}
        headers = self._headers() | named
        with _Conversation(account.base, self._limits) as connection:
            answer = _ask(connection, f"{account.path}/{what}.json", content, headers)
        _check(answer)

    def _headers(self) -> dict[str, str]:
        return {
            "Authorization": f"Basic {_basic(self._account)}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }


@dataclass(frozen=True)
class _Answer:
    status: int
    body: bytes
    retry_after: str


class _Conversation:
    """One connection that ends at a moment, whatever the other side does."""

    def __init__(self, base: str, limits: Limits) -> None:
        self._base = urlsplit(base)
        self._limits = limits
        self._until = time.monotonic() + limits.total
        self._open = contextlib.ExitStack()

    def __enter__(self) -> HTTPConnection:
        try:
            return self._connected()
        except OSError as error:
            self._open.close()
            # Nothing was sent yet.
            raise DeliveryFailed(self._told(error), unreachable=True) from error

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self._open.close()
        late = time.monotonic() >= self._until  # What was cut off can look like an answer.
        if late or isinstance(error, TimeoutError):
            raise DeliveryFailed(IN_TIME, unreachable=True) from error
        if isinstance(error, (OSError, HTTPException)):
            # Perhaps it was accepted and only the answer was lost: nobody knows.
            raise DeliveryFailed(self._told(error)) from error

    def _connected(self) -> HTTPConnection:
        host, secure = self._base.hostname or "", self._base.scheme == "https"
        port = self._base.port or (443 if secure else 80)
        raw = self._kept(socket.create_connection((host, port), timeout=self._limits.connect))
        # A second handle to the same stream, below TLS: whoever reads when it is shut down sees
        # the end of the stream.
        self._cut_at_the_end(self._kept(raw.dup()))
        connection = HTTPConnection(host, port)
        connection.sock = raw
        if secure:
            checked = ssl.create_default_context()
            connection.sock = self._kept(checked.wrap_socket(raw, server_hostname=host))
        connection.sock.settimeout(self._limits.read)
        return connection

    def _kept(self, one: socket.socket) -> socket.socket:
        return self._open.enter_context(contextlib.closing(one))

    def _cut_at_the_end(self, handle: socket.socket) -> None:
        cut = threading.Timer(max(self._until - time.monotonic(), 0), _shut, [handle])
        cut.daemon = True
        cut.start()
        self._open.callback(cut.cancel)

    def _told(self, error: Exception) -> str:
        if isinstance(error, TimeoutError) or time.monotonic() >= self._until:
            return IN_TIME
        # Only its kind: a text could hold what was sent.
        return f"the connection broke: {type(error).__name__}"


def _shut(handle: socket.socket) -> None:
    with contextlib.suppress(OSError):
        handle.shutdown(socket.SHUT_RDWR)


def _ask(
    connection: HTTPConnection, path: str, content: str, headers: Mapping[str, str]
) -> _Answer:
    connection.request("POST", path, content.encode("ascii"), dict(headers))
    return _answer(connection.getresponse())


def _answer(response: HTTPResponse) -> _Answer:
    body = response.read(MOST_BYTES)
    return _Answer(response.status, body, response.headers.get("Retry-After", ""))


def _pieces(response: HTTPResponse) -> Iterator[bytes]:
    while piece := response.read(PIECE):
        yield piece


def _said(words: str, voice: Voice) -> str:
    """What is said to whoever picks up, twice: nobody understands all of it at once."""
    document = VoiceResponse()
    document.say(words, voice=voice.name, language=voice.language, loop=2)
    return str(document)


def _basic(account: Account) -> str:
    return base64.b64encode(f"{account.sid}:{account.token}".encode()).decode("ascii")


def _check(answer: _Answer) -> None:
    """Raises DeliveryFailed unless Twilio has taken the message."""
    if answer.status in (HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED):
        return
    code = _code(answer.body)
    reason = f"Twilio answered {answer.status}"
    if code is not None:
        reason += f", error {code}: {REASONS.get(code, 'see their list of error codes')}"
    raise DeliveryFailed(
        reason,
        permanent=_is_for_good(answer.status, code),
        unreachable=_is_trouble_there(answer.status, code),
        wait=_wait(answer.retry_after),
    )


def _code(body: bytes) -> int | None:
    try:
        told: Any = json.loads(body)
    except (ValueError, RecursionError):  # Also brackets within brackets without end.
        return None
    code = told.get("code") if isinstance(told, dict) else None
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def _is_for_good(status: int, code: int | None) -> bool:
    refused = 400 <= status < 500 and status != HTTPStatus.TOO_MANY_REQUESTS
    return refused and (code in ABOUT_NUMBERS or status not in OURS | {HTTPStatus.REQUEST_TIMEOUT})


def _is_trouble_there(status: int, code: int | None) -> bool:
    if status in OURS:
        return code not in ABOUT_NUMBERS
    return status >= 500 or status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.REQUEST_TIMEOUT)


def _wait(retry_after: str) -> timedelta:
    """The pause that was asked for in whole seconds, an hour at most; a date is not used."""
    if not (retry_after.isascii() and retry_after.isdigit()):
        return timedelta(0)
    return timedelta(seconds=min(int(retry_after[:9]), LONGEST_WAIT))
