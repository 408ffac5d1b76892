"""Against a real little server that plays the telephone company, well and badly."""

import base64
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
from structlog.testing import capture_logs

from hotline.adapters import twilio_rest
from hotline.adapters.outgoing import DeliveryFailed
from hotline.adapters.telephone import Ring, Text
from hotline.adapters.twilio_rest import Account, Limits, TwilioTelephone
from hotline.calls.rules import Voice
from hotline.notices.rules import LEASE

NINE = datetime(2027, 1, 4, tzinfo=UTC)
NUMBER = "+819012345678"
KEY = "ab" * 32
SID = "AC" + "1" * 32
VOICES = {"ja": Voice(name="Polly.Kazuha-Neural", language="ja-JP")}
TEXT = Text(NUMBER, "受付番号 4821 7093 3", "ticket:482170933", KEY, NINE)
PAGED = Ring(NUMBER, "page:12", KEY, NINE, url="https://h/twilio/page?page=12&person=3")
QUICK = Limits(connect=1, read=0.3, total=0.6, fetch=0.6)
CALL = "CA" + "3" * 32
RECORDING = "RE" + "4" * 32
SOUND = b"RIFF" + b"sound" * 40_000


class Exchange(ThreadingHTTPServer):
    """Plays Twilio: keeps what it was asked, and answers as a test says."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Asked)
        self.asked: list[tuple[str, dict[str, str], dict[str, list[str]]]] = []
        self.answer: tuple[int, dict[str, object]] = (201, {"sid": "SM" + "2" * 32})
        self.headers: dict[str, str] = {}
        self.behaviour = "answers"
        self.cut: int | None = None
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def refuses(self, status: int, code: int | None = None, **headers: str) -> None:
        message = f"The 'To' number {NUMBER} is not a valid phone number."
        self.answer = (status, {"code": code, "message": message, "status": status})
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class _Asked(BaseHTTPRequestHandler):
    server: Exchange

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        form = parse_qs(self.rfile.read(length).decode(), keep_blank_values=True)
        self.server.asked.append((self.path, dict(self.headers), form))
        getattr(self, self.server.behaviour)()

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers), {}))
        getattr(self, self.server.behaviour)()

    def plays(self) -> None:
        """A recording, whole or not."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(SOUND)))
        self.end_headers()
        self.wfile.write(SOUND[: self.server.cut])

    def redirects(self) -> None:
        self.send_response(302)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()

    def answers(self) -> None:
        status, body = self.server.answer
        self.send_response(status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def hangs(self) -> None:
        self.server.over.wait(10)

    def drips(self) -> None:
        """One byte after the other, for ever: no single read takes long."""
        for letter in b"HTTP/1.1 201 Created\r\nX-Slow: " + b"x" * 200:
            if self.server.over.wait(0.1):
                return
            try:
                self.wfile.write(bytes([letter]))
                self.wfile.flush()
            except OSError:
                return

    def drops(self) -> None:
        """Accepted, and nobody hears of it."""
        self.connection.shutdown(socket.SHUT_RDWR)

    def babbles(self) -> None:
        self.send_response(500)
        self.end_headers()
        self.wfile.write(b"<html>not JSON")

    def nests(self) -> None:
        self.send_response(400)
        self.end_headers()
        self.wfile.write(b"[" * 60_000)

    def log_message(self, *_words: object) -> None:
        pass


def phone(base: str, limits: Limits = QUICK) -> TwilioTelephone:
    return TwilioTelephone(Account(SID, "secret", "+81312345678", base), VOICES, limits=limits)


def failure(telephone: TwilioTelephone, message: Text | Ring = TEXT) -> DeliveryFailed:
    send = telephone.send_text if isinstance(message, Text) else telephone.ring
    with pytest.raises(DeliveryFailed) as failed:
        send(message)
    return failed.value


def test_a_text_message_is_posted_with_what_identifies_it(exchange):
    phone(exchange.url).send_text(TEXT)
    [(path, headers, form)] = exchange.asked

    assert path == f"/2010-04-01/Accounts/{SID}/Messages.json"
    assert form == {"To": [NUMBER], "From": ["+81312345678"], "Body": [TEXT.body]}
    assert headers["X-Hotline-Subject"] == "ticket:482170933"
    assert headers["X-Hotline-Dedup-Key"] == KEY
    assert base64.b64decode(headers["Authorization"].split()[1]).decode() == f"{SID}:secret"


def test_a_page_names_the_address_that_answers_and_the_one_that_hears_of_the_end(exchange):
    ring = Ring(**{**vars(PAGED), "ended_url": "https://h/twilio/page/ended?page=12&person=3"})
    phone(exchange.url).ring(ring)
    [(path, _, form)] = exchange.asked

    assert path.endswith("/Calls.json")
    assert (form["Url"], form["Method"]) == (["https://h/twilio/page?page=12&person=3"], ["POST"])
    assert form["StatusCallback"] == ["https://h/twilio/page/ended?page=12&person=3"]
    assert form["StatusCallbackEvent"] == ["completed"]
    assert form["Timeout"] == ["30"]


def test_words_are_said_twice_in_the_voice_of_their_language(exchange):
    phone(exchange.url).ring(Ring(NUMBER, "followup:1", KEY, NINE, words="遅れています <今>"))
    [(_, _, form)] = exchange.asked

    assert form["Twiml"] == [
        '<?xml version="1.0" encoding="UTF-8"?><Response>'
        '<Say language="ja-JP" loop="2" voice="Polly.Kazuha-Neural">遅れています &lt;今&gt;</Say>'
        "</Response>"
    ]
    assert "Url" not in form


def test_a_gateway_may_stand_below_a_path(exchange):
    phone(f"{exchange.url}/gateway/").send_text(TEXT)

    assert exchange.asked[0][0].startswith("/gateway/2010-04-01/Accounts/")


@pytest.mark.parametrize("code", [21211, 21610, 21614, 21999])
def test_a_number_that_cannot_be_used_is_refused_for_good(exchange, code):
    exchange.refuses(400, code)
    failed = failure(phone(exchange.url))

    assert (failed.permanent, failed.unreachable) == (True, False)
    assert f"error {code}" in failed.reason


def test_a_refusal_without_a_code_is_for_good_too(exchange):
    exchange.refuses(422)

    assert failure(phone(exchange.url)).permanent


def test_a_number_that_this_account_may_not_reach_is_refused_for_good(exchange):
    exchange.refuses(403, 21408)
    failed = failure(phone(exchange.url))

    assert (failed.permanent, failed.unreachable) == (True, False)


@pytest.mark.parametrize(("status", "code"), [(401, 20003), (403, None), (404, 20404)])
def test_a_wrong_account_may_be_repaired_and_holds_up_all(exchange, status, code):
    exchange.refuses(status, code)
    failed = failure(phone(exchange.url))

    assert (failed.permanent, failed.unreachable) == (False, True)


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_what_passes_is_tried_again(exchange, status):
    exchange.refuses(status)
    failed = failure(phone(exchange.url))

    assert (failed.permanent, failed.unreachable) == (False, True)


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [("7", 7), ("999999999999", 3600), ("Mon, 04 Jan 2027 00:00:00 GMT", 0), ("-1", 0), ("７", 0)],
)
def test_the_pause_that_they_ask_for_is_kept(exchange, asked, seconds):
    exchange.refuses(429, 20429, Retry_After=asked.encode("utf-8").decode("latin-1"))

    assert failure(phone(exchange.url)).wait == timedelta(seconds=seconds)


def test_an_answer_that_is_no_json_is_their_trouble(exchange):
    exchange.behaviour = "babbles"
    failed = failure(phone(exchange.url))

    assert (failed.reason, failed.unreachable) == ("Twilio answered 500", True)


def test_an_answer_that_nests_without_end_is_a_refusal_like_any_other(exchange):
    exchange.behaviour = "nests"
    failed = failure(phone(exchange.url))

    assert (failed.reason, failed.permanent) == ("Twilio answered 400", True)


@pytest.mark.parametrize("told", [[1], {"code": "21211"}, {"code": True}])
def test_a_code_of_another_shape_is_none(exchange, told):
    exchange.answer = (400, told)

    assert failure(phone(exchange.url)).reason == "Twilio answered 400"


def test_a_redirect_is_not_followed(exchange):
    exchange.refuses(302, None, Location=f"{exchange.url}/elsewhere")
    failed = failure(phone(exchange.url))

    assert (failed.permanent, len(exchange.asked)) == (False, 1)


@pytest.mark.parametrize("behaviour", ["hangs", "drips"])
def test_nobody_waits_longer_than_the_limit(exchange, behaviour):
    exchange.behaviour = behaviour
    began = time.monotonic()
    failed = failure(phone(exchange.url), PAGED)

    assert time.monotonic() - began < 2
    assert (failed.reason, failed.permanent) == ("no answer in time", False)
    assert failed.unreachable


def test_a_connection_that_is_dropped_after_accepting_leaves_it_open_whether_it_went_out(exchange):
    exchange.behaviour = "drops"
    failed = failure(phone(exchange.url))

    assert len(exchange.asked) == 1
    assert (failed.permanent, failed.unreachable) == (False, False)
    assert failed.reason == "the connection broke: RemoteDisconnected"


def test_a_provider_that_is_away_is_unreachable():
    failed = failure(phone(f"http://127.0.0.1:{closed_port()}"))

    assert (failed.reason, failed.unreachable) == (
        "the connection broke: ConnectionRefusedError",
        True,
    )


def test_a_server_without_a_certificate_is_never_told_the_token(exchange):
    failed = failure(phone(exchange.url.replace("http://", "https://")))

    assert failed.unreachable
    assert exchange.asked == []


def test_a_server_that_never_finishes_to_greet_is_left_in_time():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        failed = failure(phone(f"https://127.0.0.1:{silent.getsockname()[1]}"))

    assert time.monotonic() - began < 2
    assert (failed.reason, failed.unreachable) == ("no answer in time", True)


@pytest.mark.parametrize("number", ["", "0901234567", "+0901234567", "+81 90", "sip:a@b", "１１９"])
def test_what_is_no_number_is_never_dialled(exchange, number):
    failed = failure(phone(exchange.url), Text(number, "x", "ticket:1", KEY, NINE))

    assert failed.permanent
    assert exchange.asked == []


def test_neither_numbers_nor_tokens_are_told_or_logged(exchange, caplog):
    exchange.refuses(400, 21211)
    with capture_logs() as logged:
        failed = failure(phone(exchange.url))
    told = f"{failed!r} {failed.reason} {caplog.text} {logged}"

    assert not [secret for secret in (NUMBER, NUMBER[3:], "secret") if secret in told]


def test_a_message_takes_less_than_half_of_a_lease():
    limits = Limits()

    assert limits.total + limits.connect < LEASE.total_seconds() / 2


def test_what_our_errors_say_is_of_errors_there_are():
    ours = {20003, 20429, *range(21000, 22000)}

    assert set(twilio_rest.REASONS) <= ours


def test_closing_lets_go_of_nothing(exchange):
    telephone = phone(exchange.url)
    telephone.send_text(TEXT)
    telephone.close()
    telephone.send_text(TEXT)

    assert len(exchange.asked) == 2


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve() -> Iterator[Exchange]:
    server = Exchange()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_recording_is_fetched_with_the_token_from_the_configured_host(exchange):
    exchange.behaviour = "plays"
    with phone(exchange.url).recording(RECORDING) as pieces:
        heard = b"".join(pieces)
    [(path, headers, _form)] = exchange.asked

    assert heard == SOUND
    assert path == f"/2010-04-01/Accounts/{SID}/Recordings/{RECORDING}.wav"
    assert base64.b64decode(headers["Authorization"].split()[1]).decode() == f"{SID}:secret"


def test_half_a_recording_is_none(exchange):
    exchange.behaviour, exchange.cut = "plays", 70_000

    assert "not all of it" in unheard(exchange).reason


def test_no_other_host_is_asked_for_a_recording(exchange):
    exchange.behaviour = "redirects"

    assert unheard(exchange).reason == "Twilio answered 302"


@pytest.mark.parametrize("behaviour", ["hangs", "drips", "drops"])
def test_a_recording_that_never_ends_is_broken_off(exchange, behaviour):
    exchange.behaviour = behaviour

    assert unheard(exchange).reason.startswith(("no answer", "the connection"))


def test_a_recording_that_is_not_there_is_a_failure(exchange):
    exchange.refuses(404, 20404)

    assert unheard(exchange).reason.startswith("Twilio answered 404")


@pytest.mark.parametrize(
    ("running", "form"),
    [
        (False, {"Status": ["paused"], "PauseBehavior": ["silence"]}),
        (True, {"Status": ["in-progress"]}),
    ],
)
def test_the_recording_that_runs_is_stopped_and_goes_on(exchange, running, form):
    exchange.answer = (200, {})
    phone(exchange.url).steer_recording(CALL, running=running)
    [(path, _headers, asked)] = exchange.asked

    assert path.endswith(f"/Calls/{CALL}/Recordings/Twilio.CURRENT.json")
    assert asked == form


def test_a_recording_that_cannot_be_stopped_says_so(exchange):
    exchange.refuses(400, 21220)

    with pytest.raises(DeliveryFailed, match="21220"):
        phone(exchange.url).steer_recording(CALL, running=False)


def unheard(exchange) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as failed, phone(exchange.url).recording(RECORDING) as all_:
        b"".join(all_)
    return failed.value


@pytest.fixture
def exchange():
    with serve() as server:
        yield server
