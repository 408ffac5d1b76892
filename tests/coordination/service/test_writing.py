"""Write to the other side of a task: one notice, one thread with each partner."""

from datetime import timedelta

import pytest

from hotline.coordination import service as coordination
from hotline.coordination.rules import thread_of
from hotline.errors import Invalid, Refused
from hotline.messages import queries as messages
from hotline.messages.rules import Side
from hotline.notices import queries as notices
from hotline.notices.rules import RESPONSIBLE, Kind
from hotline.transaction import transaction
from tests import builders, partners
from tests.builders import NOON


def test_ten_messages_of_the_desk_are_one_notice_to_each_person_of_the_partner(app):
    with transaction():
        task, vendor, desk = _engaged()
        people = [partners.somebody_of(vendor) for _ in range(2)]
        for second in range(10):
            _write(task, f"{second}", Side.DESK, desk, now=NOON + timedelta(seconds=second))
    told = notices.about(f"task:{task.id}")

    assert {one.person_id for one in told} == {one.id for one in people}
    assert [one.kind for one in told] == [Kind.DESK_WROTE] * 2
    assert told[0].due_at == NOON + timedelta(minutes=5)
    assert [one.body for one, _ in messages.thread(thread_of(task.id, vendor.id))][-1] == "9"


def test_what_a_partner_writes_is_told_to_whoever_is_responsible(app):
    with transaction():
        task, vendor, _ = _engaged()
        _write(task, "見積りは明日\r\nです", Side.VENDOR, partners.somebody_of(vendor).id)
    (told,) = notices.about(f"task:{task.id}")
    ((message, name),) = messages.thread(thread_of(task.id, vendor.id))

    assert (told.kind, told.audience) == (Kind.PARTNER_WROTE, RESPONSIBLE)
    assert "見積り" not in str(told.facts)
    assert (message.body, message.side, name) == ("見積りは明日\nです", Side.VENDOR, "担当 花子")


@pytest.mark.parametrize("body", [" \n", "a\0", "あ" * 4001], ids=["empty", "control", "long"])
def test_what_cannot_be_read_is_not_written(app, body):
    with transaction():
        task, _, desk = _engaged()

    with pytest.raises(Invalid) as refused:
        _write(task, body, Side.DESK, desk)
    assert set(refused.value.fields) == {"body"}


def test_nothing_is_written_where_nobody_works_or_the_member_said_no(app):
    with transaction():
        task, _, desk = _engaged()
        alone = partners.task()
        other = partners.vendor()
        partners.agreed(builders.ticket())

    for about, vendor_id in ((alone, None), (task, other.id)):
        with pytest.raises(Refused, match="Nobody works"):
            _write(about, "a", Side.DESK, desk, vendor_id=vendor_id)


def test_after_a_no_of_the_member_the_thread_is_shut(app):
    with transaction():
        vendor, ticket = partners.vendor(), builders.ticket()
        task = partners.engaged(vendor, ticket)
        partners.agreed(ticket, given=False)
        desk = builders.person("coordinator").id

    with pytest.raises(Refused, match="said no"):
        _write(task, "a", Side.DESK, desk)


def _engaged():
    vendor = partners.vendor()
    return partners.engaged(vendor), vendor, builders.person("coordinator").id


def _write(task, body, side, by_id, *, now=NOON, vendor_id=None):
    return coordination.write_message(
        task, body, side=side, by_id=by_id, now=now, vendor_id=vendor_id
    )
