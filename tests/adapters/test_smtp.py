import smtplib
import socket
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hotline.adapters import smtp
from hotline.adapters.mail import Mail
from hotline.adapters.outgoing import DeliveryFailed
from hotline.adapters.smtp import Server, SmtpMailer
from hotline.notices.rules import LEASE
from tests import smtp_sink

KEY = "0f" * 32
MAIL = Mail(
    to="coordinator@example.jp",
    subject="【ホットライン】折返しの時刻です：4821 7093 3",
    body="受付番号 4821 7093 3\nhttps://hotline.example.jp/tickets/482170933\n",
    language="ja",
    about="followup:12",
    dedup_key=KEY,
    message_id=f"<{KEY}@hotline.example.jp>",
    at=datetime(2027, 1, 4, tzinfo=UTC),
)


def mailer_for(sink, scheme="smtp", user="", host="127.0.0.1"):
    server = Server.from_url(f"{scheme}://{user}{host}:{sink.port}")
    return SmtpMailer(server, sender="hotline@example.jp")


def test_a_message_arrives_with_its_headers_and_one_recipient(sink, mailer):
    mailer.send(MAIL)
    [message], [envelope] = sink.messages, sink.envelopes

    assert envelope.rcpt_tos == ["coordinator@example.jp"]
    assert message["Subject"] == MAIL.subject
    assert message["X-Hotline-Subject"] == "followup:12"
    assert message["X-Hotline-Dedup-Key"] == KEY
    assert message["Message-ID"] == f"<{KEY}@hotline.example.jp>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"] == "Mon, 04 Jan 2027 00:00:00 +0000"
    assert message.get_content().replace("\r\n", "\n") == MAIL.body


def test_the_key_stands_on_one_line(sink, mailer):
    mailer.send(MAIL)

    assert f"X-Hotline-Dedup-Key: {KEY}\r\n".encode() in sink.envelopes[0].original_content


@pytest.mark.parametrize(
    "hostile",
    [
        {"subject": "Hello\r\nBcc: eve@example.com"},
        {"subject": "Hello\nBcc: eve@example.com"},
        {"to": "a@example.jp\r\nBcc: eve@example.com"},
        {"to": "a@example.jp, eve@example.com"},
        {"to": "a@example.jp> eve@example.com"},
        {"to": "名前@example.jp"},
        {"to": "no address"},
        {"about": "followup:1\r\nBcc: eve@example.com"},
        {"message_id": "<a@b>\r\nBcc: eve@example.com"},
    ],
)
def test_s_21_nothing_can_add_a_header_or_a_recipient(sink, mailer, hostile):
    with pytest.raises(DeliveryFailed, match="cannot be written") as failed:
        mailer.send(replace(MAIL, **hostile))

    assert failed.value.permanent
    assert sink.envelopes == []


def test_several_messages_use_one_connection(sink, mailer):
    for _ in range(3):
        mailer.send(MAIL)

    assert (len(sink.envelopes), sink.connections) == (3, 1)


def test_a_connection_that_was_lost_is_opened_again(sink, mailer):
    mailer.send(MAIL)
    mailer._connection.sock.shutdown(socket.SHUT_RDWR)
    mailer.send(MAIL)

    assert (len(sink.envelopes), sink.connections) == (2, 2)


@pytest.mark.parametrize(
    ("answer", "permanent"), [("550 5.1.1 no such user", True), ("451 4.7.1 try later", False)]
)
def test_a_refused_recipient_is_for_good_only_when_the_server_says_so(
    sink, mailer, answer, permanent
):
    sink.refuse[MAIL.to] = answer
    with pytest.raises(DeliveryFailed) as failed:
        mailer.send(MAIL)

    assert str(failed.value) == f"RCPT {answer}"
    assert (failed.value.permanent, failed.value.unreachable) == (permanent, False)


def test_after_a_refusal_the_next_message_goes_out(sink, mailer):
    sink.refuse["broken@example.jp"] = "550 no"
    with pytest.raises(DeliveryFailed):
        mailer.send(replace(MAIL, to="broken@example.jp"))
    mailer.send(MAIL)

    assert [one.rcpt_tos for one in sink.envelopes] == [[MAIL.to]]


def test_a_refused_text_may_be_accepted_later(sink, mailer):
    sink.answer_to_data = "554 5.7.1 looks like spam"
    with pytest.raises(DeliveryFailed, match="DATA 554") as failed:
        mailer.send(MAIL)

    assert not failed.value.permanent


def test_a_server_that_is_away_is_unreachable():
    mailer = SmtpMailer(Server.from_url("smtp://127.0.0.1:9"), sender="hotline@example.jp")
    with pytest.raises(DeliveryFailed, match="ConnectionRefusedError") as failed:
        mailer.send(MAIL)

    assert (failed.value.unreachable, failed.value.permanent) == (True, False)


def test_a_server_that_says_nothing_is_unreachable(monkeypatch):
    monkeypatch.setattr(smtp, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"smtp://127.0.0.1:{silent.getsockname()[1]}"
        mailer = SmtpMailer(Server.from_url(url), sender="hotline@example.jp")
        with pytest.raises(DeliveryFailed) as failed:
            mailer.send(MAIL)

    assert failed.value.unreachable


@pytest.mark.parametrize("whole", [0, 1, 2])
def test_a_server_that_drips_its_answer_holds_nobody_up(whole):
    with dripping(whole) as port:
        mailer = hurried(port)
        start = time.monotonic()
        with pytest.raises(DeliveryFailed, match="SMTPServerDisconnected"):
            mailer.send(MAIL)

    assert time.monotonic() - start < 5


@pytest.mark.parametrize(
    ("pause", "line"),
    [(0.3, b"250 sink\r\n"), (0.02, b"250-and so on\r\n")],
    ids=["each answer comes just in time", "an answer without an end"],
)
def test_a_message_as_a_whole_has_a_limit(pause, line):
    start = time.monotonic()
    with (
        speaking(pause, line) as port,
        pytest.raises(DeliveryFailed, match="Disconnected") as failed,
    ):
        hurried(port).send(MAIL)

    assert not failed.value.permanent
    assert time.monotonic() - start < 4


def test_a_worker_is_done_with_a_message_before_its_claim_runs_out():
    assert timedelta(seconds=smtp.SEND_SECONDS + smtp.TIMEOUT) <= LEASE / 2


def test_an_answer_that_was_lost_leaves_nobody_knowing(sink, mailer, monkeypatch):
    mailer.send(MAIL)

    def cut(_content):
        raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")

    monkeypatch.setattr(mailer._connection, "data", cut)
    with pytest.raises(DeliveryFailed, match="SMTPServerDisconnected") as failed:
        mailer.send(MAIL)

    assert (failed.value.permanent, failed.value.unreachable) == (False, False)


def test_a_user_signs_in(login_sink):
    mailer = mailer_for(login_sink, user="hot%40line:right@")
    mailer.send(MAIL)
    mailer.close()

    assert login_sink.logins == [(b"hot@line", b"right")]


def test_a_wrong_password_is_unreachable_and_never_told(login_sink):
    with pytest.raises(DeliveryFailed) as failed:
        mailer_for(login_sink, user="hotline:wrong@").send(MAIL)

    assert failed.value.unreachable
    assert "wrong" not in failed.value.reason


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_a_server_with_a_trusted_certificate_gets_the_message(scheme, tls, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(tls.file))
    with tls.sink(scheme) as sink:
        mailer = mailer_for(sink, scheme, host="localhost")
        mailer.send(MAIL)
        mailer.close()

        assert len(sink.envelopes) == 1


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_a_server_with_an_unknown_certificate_gets_nothing(scheme, tls):
    with tls.sink(scheme) as sink:
        with pytest.raises(DeliveryFailed, match="SSLCertVerificationError") as failed:
            mailer_for(sink, scheme, host="localhost").send(MAIL)

        assert (sink.envelopes, failed.value.unreachable) == ([], True)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.jp", Server("smtp", "mail.example.jp", 25, "", "")),
        ("smtps://u:p%2Fw@m", Server("smtps", "m", 465, "u", "p/w")),
        ("smtp+starttls://m:2525", Server("smtp+starttls", "m", 2525, "", "")),
    ],
)
def test_an_address_names_the_server(url, server):
    assert Server.from_url(url) == server


def test_closing_twice_is_harmless(sink, mailer):
    mailer.send(MAIL)
    mailer.close()
    mailer.close()

    assert len(sink.envelopes) == 1


def hurried(port):
    server = Server.from_url(f"smtp://127.0.0.1:{port}")
    return SmtpMailer(server, sender=MAIL.to, seconds=0.5)


@contextmanager
def speaking(pause, line):
    """A server that greets at once and then says ``line`` after each pause, asked or not."""

    def answer(listening):
        caller, _ = listening.accept()
        with caller, suppress(OSError):
            caller.sendall(b"220 sink\r\n")
            for _ in range(200):
                time.sleep(pause)
                caller.sendall(line)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=answer, args=[listening])
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


@contextmanager
def dripping(whole):
    """A server that gives so many answers at once and the next letter by letter; its port."""

    def answer(listening):
        caller, _ = listening.accept()
        with caller, suppress(OSError):
            for line in (b"220 sink\r\n", b"250 sink\r\n")[:whole]:
                caller.sendall(line)
                caller.recv(1000)
            for _ in range(200):
                caller.sendall(b"2")
                time.sleep(0.05)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=answer, args=[listening])
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


@pytest.fixture
def sink():
    with smtp_sink.sink() as running:
        yield running


@pytest.fixture
def login_sink():
    with smtp_sink.sink(login=True) as running:
        yield running


class Tls:
    """A server that speaks TLS, with a certificate that ``file`` holds."""

    def __init__(self, file):
        self.file = file
        self.context = smtp_sink.certificate(file)

    def sink(self, scheme):
        name = "ssl_context" if scheme == "smtps" else "tls_context"
        return smtp_sink.sink(hostname="localhost", **{name: self.context})


@pytest.fixture
def tls(tmp_path):
    return Tls(tmp_path / "localhost.pem")


@pytest.fixture
def mailer(sink):
    made = mailer_for(sink)
    yield made
    made.close()
