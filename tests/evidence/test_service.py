"""Files on record: received once, handed out with a line for each hand."""

import pytest

from hotline.evidence import queries, rules, service
from hotline.evidence.rules import Kept, Source
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON


def test_every_hand_is_written_down(file):
    with transaction():
        service.hand_out(file, by_id=7, now=NOON)
    touched = [(one.touch, one.by_id) for one in queries.custody_of(file.id)]

    assert touched == [("received", None), ("sent", 7)]
    assert queries.by_id(file.id) is queries.every_file()[0]


def test_a_file_follows_its_call_to_another_ticket_once(file):
    with transaction():
        ticket = builders.ticket()
        for _ in range(2):
            service.follow("call:1", ticket.id, by_id=7, now=NOON)

    assert file.ticket_id == ticket.id
    assert [one.touch for one in queries.custody_of(file.id)] == ["received", "moved"]


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("voicemail-1.wav", "voicemail-1.wav"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a\r\nb\u202e.exe", "a__b_.exe"),
        (" . ", "file"),
        ("証拠" * 200, "証拠" * 100),
    ],
)
def test_a_name_is_only_a_name(given, safe):
    assert rules.safe_name(given) == safe


@pytest.fixture
def file(app):
    with transaction():
        return service.receive(
            Kept("ab" * 32, 12),
            name="voicemail.wav",
            media_type="audio/x-wav",
            subject="call:1",
            source=Source.VOICEMAIL,
            by_id=None,
            now=NOON,
        )
