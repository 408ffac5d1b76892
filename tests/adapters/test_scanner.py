"""The scanner is asked over its own protocol; whatever it does, there is an answer or a reason."""

import io

import pytest

from hotline.adapters import scanner
from hotline.adapters.scanner import Clamd, ScannerSilent
from hotline.evidence.rules import Scan, Verdict
from tests import clamd


@pytest.mark.parametrize("by", ["tcp", "unix"])
def test_a_scanner_says_what_it_found_and_what_it_did_not(tmp_path, by):
    with clamd.running(tmp_path / "s" if by == "unix" else None) as server:
        asked = scanner.from_url(server.url)
        asked.ping()

        assert asked.scan(io.BytesIO(b"a log" * 1000)) == Verdict(Scan.CLEAN)
        found = asked.scan(io.BytesIO(b"> " + clamd.EICAR))
        assert found == Verdict(Scan.INFECTED, "Eicar-Test-Signature")
        assert server.seen == [b"a log" * 1000, b"> " + clamd.EICAR]


def test_what_is_larger_than_it_takes_is_unscanned_for_good(server):
    server.most = 2000

    verdict = Clamd(server.url).scan(io.BytesIO(b"x" * 3_000_000))
    assert verdict == Verdict(Scan.UNSCANNED, scanner.TOO_LARGE)


@pytest.mark.parametrize(
    "answer", [b"stream: Can't allocate memory ERROR\n", b"", b"nonsense\n", b"\xff\xfe\n"]
)
def test_an_answer_of_no_use_is_none(server, answer):
    server.answer = answer

    with pytest.raises(ScannerSilent):
        Clamd(server.url).scan(io.BytesIO(b"a log"))


def test_a_scanner_that_hangs_is_left_after_a_while(server):
    server.holding.clear()

    with pytest.raises(ScannerSilent, match="does not answer"):
        Clamd(server.url, timeout=1).scan(io.BytesIO(b"a log"))


def test_a_scanner_that_is_not_there_says_so(tmp_path):
    for url in (f"clamd://{tmp_path}/none", "clamd://127.0.0.1:1"):
        with pytest.raises(ScannerSilent, match="does not answer"):
            Clamd(url).ping()
        with pytest.raises(ScannerSilent, match="does not answer"):
            Clamd(url).scan(io.BytesIO(b"a log"))


def test_something_else_at_its_address_is_no_scanner(server):
    server.answer = b"220 mail.example.jp\n"

    with pytest.raises(ScannerSilent, match="something else"):
        Clamd(server.url).ping()


def test_no_scanner_is_none():
    assert scanner.from_url("none") is None


@pytest.fixture
def server():
    with clamd.running() as found:
        yield found
