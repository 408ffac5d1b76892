"""What the desk may ask for, and when it is overdue."""

from datetime import timedelta

import pytest

from hotline.errors import Invalid
from hotline.messages.models import Need
from hotline.messages.rules import Asked, checked_need, is_overdue
from tests.builders import NOON


def test_what_is_asked_for_is_kept_as_it_was_typed():
    asked = checked_need(Asked("file", " VPNの記録\r\n2台分 ", NOON), now=NOON - timedelta(hours=1))

    assert asked == Asked("file", "VPNの記録\n2台分", NOON)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (Asked("money", "a"), "wanted"),
        (Asked("file", " "), "text"),
        (Asked("file", "a\0"), "text"),
        (Asked("file", "あ" * 501), "text"),
        (Asked("file", "a", NOON), "due_at"),
    ],
)
def test_what_nobody_can_bring_is_not_asked_for(asked, field):
    with pytest.raises(Invalid) as refused:
        checked_need(asked, now=NOON)

    assert set(refused.value.fields) == {field}


def test_only_what_is_open_and_has_a_time_is_ever_overdue():
    late = NOON + timedelta(seconds=1)

    assert is_overdue(Need(status="open", due_at=NOON), now=late)
    assert not is_overdue(Need(status="open", due_at=NOON), now=NOON)
    assert not is_overdue(Need(status="open", due_at=None), now=late)
    assert not is_overdue(Need(status="met", due_at=NOON), now=late)
