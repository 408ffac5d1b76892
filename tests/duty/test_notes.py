"""What one shift tells the next stands on the board until somebody has dealt with it."""

from datetime import timedelta

import pytest

from hotline.duty import queries, service
from hotline.errors import Invalid, Missing
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON

HOUR = timedelta(hours=1)


def test_a_note_stands_there_until_it_is_done_and_can_come_back(app):
    with transaction():
        someone = builders.person("operator")
        note = service.write_note("jnx", "20時に再度電話", by_id=someone.id, now=NOON)
    standing = [len(queries.open_notes(None, limit=9))]
    for verb in (
        service.finish_note,
        service.finish_note,
        service.reopen_note,
        service.reopen_note,
    ):
        with transaction():
            verb(note.id, by_id=someone.id, now=NOON + HOUR)
        standing.append(len(queries.open_notes("jnx", limit=9)))

    assert standing == [1, 0, 0, 1, 1]
    assert queries.done_notes("jnx", since=NOON, limit=9) == []


def test_a_note_belongs_to_its_line(app):
    with transaction():
        someone = builders.person("operator")
        note = service.write_note("jnx", "JNXの件", by_id=someone.id, now=NOON)
        service.finish_note(note.id, by_id=someone.id, now=NOON)
        service.write_note("sompo_desk", "デスクの件", by_id=someone.id, now=NOON)

    assert [one.body for one in queries.open_notes("sompo_desk", limit=9)] == ["デスクの件"]
    assert [one.body for one in queries.done_notes(None, since=NOON, limit=9)] == ["JNXの件"]
    assert queries.done_notes("sompo_desk", since=NOON, limit=9) == []


@pytest.mark.parametrize(
    ("line", "body", "field"),
    [
        ("moon", "x", "line"),
        ("jnx", " ", "body"),
        ("jnx", "x" * 501, "body"),
        ("jnx", "\x00", "body"),
    ],
)
def test_a_note_that_says_nothing_to_anybody_is_refused(app, line, body, field):
    with pytest.raises(Invalid) as refused:
        service.write_note(line, body, by_id=1, now=NOON)

    assert set(refused.value.fields) == {field}


def test_a_note_that_is_not_there_is_missing(app):
    for verb in (service.finish_note, service.reopen_note):
        with pytest.raises(Missing):
            verb(4711, by_id=1, now=NOON)
