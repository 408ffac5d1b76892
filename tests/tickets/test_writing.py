"""Member and desk write to each other, and the desk asks for what it needs."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.errors import Invalid, Missing, Refused
from hotline.messages import queries as messages
from hotline.messages import service as needs
from hotline.messages.rules import (
    MEMBER_WRITES,
    MEMBER_WRITES_WITHIN,
    Asked,
    NeedStatus,
    Side,
)
from hotline.notices import queries as notices
from hotline.notices.rules import CALLER, RESPONSIBLE, Kind, Status
from hotline.tickets import queries
from hotline.tickets import service as tickets
from hotline.tickets.rules import member_thread
from hotline.timeline.models import Line
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON

SOON = NOON + timedelta(seconds=30)


def test_what_a_member_writes_waits_for_the_desk_and_is_told_to_whoever_is_responsible(app):
    with transaction():
        ticket, member, _ = _talking()
        made = _member_writes(ticket, "電源は\r\n切りました", member)
    (told,) = _told(ticket)

    assert messages.thread(member_thread(ticket.id)) == [(made, member.name)]
    assert (made.body, made.side) == ("電源は\n切りました", Side.MEMBER)
    assert (told.kind, told.audience, told.due_at) == (Kind.MEMBER_WROTE, RESPONSIBLE, NOON)
    assert told.facts == {"number": ticket.number}
    assert messages.waiting(9) == [(ticket.id, 1, NOON)]


def test_ten_messages_within_five_minutes_are_told_at_once_and_once_more(app):
    with transaction():
        ticket, member, _ = _talking()
        _member_writes(ticket, "0", member)
        (first,) = _told(ticket)
        first.status = Status.SENT
        for second in range(1, 10):
            _member_writes(ticket, "a", member, now=NOON + timedelta(seconds=second))

    assert [one.due_at for one in _told(ticket)] == [NOON, NOON + timedelta(minutes=5)]


def test_while_no_mail_goes_out_one_notice_is_enough(app):
    with transaction():
        ticket, member, _ = _talking()
        for hour in range(5):
            _member_writes(ticket, "a", member, now=NOON + timedelta(hours=hour))

    assert len(_told(ticket)) == 1


def test_what_comes_after_an_hour_is_told_at_once(app):
    later = NOON + timedelta(hours=1)
    with transaction():
        ticket, member, _ = _talking()
        _member_writes(ticket, "a", member)
        _told(ticket)[0].status = Status.SENT
        _member_writes(ticket, "b", member, now=later)

    assert _told(ticket)[-1].due_at == later


def test_nobody_buries_the_desk_in_messages_and_nobody_else_is_kept_from_writing(app):
    with transaction():
        ticket, member, _ = _talking()
        for _ in range(MEMBER_WRITES):
            messages_of(ticket, member)
        with pytest.raises(Invalid) as refused:
            _member_writes(ticket, "one more", member)
        tickets.write_message(ticket, "the caller", side=Side.MEMBER, by_id=None, now=NOON)
        _member_writes(ticket, "later", member, now=NOON + MEMBER_WRITES_WITHIN)

    assert list(refused.value.fields) == ["body"]
    assert messages.unanswered(member_thread(ticket.id)) == MEMBER_WRITES + 2


def messages_of(ticket, member):
    """One more, without all that a message sets in motion."""
    about = member_thread(ticket.id)
    needs.write(about, ticket.id, "?", side=Side.MEMBER, by_id=member.id, now=NOON)


def test_a_caller_behind_a_code_writes_without_a_name(app):
    with transaction():
        ticket, *_ = _talking()
        made = tickets.write_message(ticket, "a", side=Side.MEMBER, by_id=None, now=NOON)

    assert messages.thread(member_thread(ticket.id)) == [(made, "")]


def test_the_answer_of_the_desk_ends_the_wait_and_the_notice_of_it(app):
    with transaction():
        ticket, member, desk = _talking()
        _member_writes(ticket, "a", member)
        _desk_writes(ticket, "b", desk)
    by_kind = {one.kind: one for one in notices.about(member_thread(ticket.id))}

    assert messages.unanswered(member_thread(ticket.id)) == 0
    assert by_kind[Kind.MEMBER_WROTE].status == Status.WITHDRAWN
    assert by_kind[Kind.DESK_WROTE_MEMBER].person_id == member.id


def test_what_came_while_the_desk_typed_still_waits(app):
    with transaction():
        ticket, member, desk = _talking()
        seen = _member_writes(ticket, "a", member)
        _member_writes(ticket, "b", member, now=SOON)
        _desk_writes(ticket, "c", desk, up_to=seen.id)

    assert messages.unanswered(member_thread(ticket.id)) == 1
    assert _told(ticket)[0].status == Status.WAITING


def test_what_needs_no_answer_waits_no_more_and_the_trail_says_by_whom(app):
    with transaction():
        ticket, member, desk = _talking()
        made = _member_writes(ticket, "ありがとうございました", member)
        tickets.needs_no_answer(ticket, up_to=made.id, by_id=desk.id, now=SOON)
    db.session.refresh(made)
    on_trail = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "message.settled")
    ).one()

    assert messages.waiting(9) == []
    assert (made.answered_by_id, made.answered_at) == (desk.id, SOON)
    assert on_trail.person_id == desk.id


def test_the_desk_is_told_to_accounts_and_to_the_caller_each_once(app):
    with transaction():
        ticket, member, desk = _talking(caller_phone="090-1234-5678")
        ticket.caller_email = member.email.upper()
        _desk_writes(ticket, "a", desk)

    assert {(one.person_id, one.audience, one.channel) for one in _told(ticket)} == {
        (member.id, "", "mail"),
        (None, CALLER, "sms"),
    }


def test_where_the_companys_mail_is_not_safe_only_the_safe_way_is_used(app):
    with transaction():
        ticket, _, desk = _talking()
        ticket.company_channels_unsafe, ticket.safe_phone = True, "080-1111-2222"
        _desk_writes(ticket, "a", desk)

    assert [(one.audience, one.channel) for one in _told(ticket)] == [(CALLER, "sms")]


def test_in_a_drill_nothing_goes_to_the_member_and_the_desk_is_told(app):
    with transaction():
        ticket, member, desk = _talking(drill=True)
        _desk_writes(ticket, "a", desk)
        tickets.ask_member(ticket, Asked("call", "b"), by_id=desk.id, now=NOON)
        _member_writes(ticket, "c", member)

    assert [one.kind for one in _told(ticket)] == [Kind.MEMBER_WROTE]


@pytest.mark.parametrize("side", [Side.MEMBER, Side.DESK])
def test_what_cannot_be_read_is_not_written(app, side):
    with transaction():
        ticket, _, desk = _talking()

    with pytest.raises(Invalid) as refused:
        tickets.write_message(ticket, "a\0", side=side, by_id=desk.id, now=NOON)
    assert set(refused.value.fields) == {"body"}


def test_what_is_needed_is_told_to_the_member_and_stands_in_the_story(app):
    with transaction():
        ticket, member, desk = _talking()
        need = tickets.ask_member(ticket, Asked("file", "記録"), by_id=desk.id, now=NOON)
    (told,) = _told(ticket)
    line = db.session.scalars(select(Line).order_by(Line.id.desc())).first()

    assert (told.kind, told.person_id) == (Kind.NEED_ASKED, member.id)
    assert (line.event, line.audience, line.subject) == ("need_asked", "member", f"need:{need.id}")
    assert line.facts == {"wanted": "file", "text": "記録"}


def test_a_need_is_ticked_once_by_the_desk(app):
    with transaction():
        ticket, _, desk = _talking()
        first, second = (
            tickets.ask_member(ticket, Asked("file", text), by_id=desk.id, now=NOON)
            for text in ("a", "b")
        )
        needs.meet(first, by_id=desk.id, now=SOON)

    with pytest.raises(Refused, match="already"):
        needs.drop(first, by_id=desk.id, now=SOON)
    assert (first.status, first.ended_by_id) == (NeedStatus.MET, desk.id)
    assert messages.needs_of(ticket.id) == [second, first]


def test_a_need_belongs_to_its_ticket(app):
    with transaction():
        ticket, _, desk = _talking()
        need = tickets.ask_member(ticket, Asked("call", "a"), by_id=desk.id, now=NOON)
        needs.drop(need, by_id=desk.id, now=SOON)

    assert messages.need_of(ticket.id, need.id) == need
    for ticket_id, need_id in ((ticket.id + 1, need.id), (ticket.id, need.id + 1)):
        with pytest.raises(Missing):
            messages.need_of(ticket_id, need_id)


def test_what_has_a_time_is_known_for_the_board_until_the_ticket_ends(app):
    with transaction():
        ticket, _, desk = _talking()
        for due_at in (None, NOON + timedelta(hours=2), NOON + timedelta(hours=1)):
            tickets.ask_member(ticket, Asked("file", "a", due_at), by_id=desk.id, now=NOON)
    hours = [(need.due_at - NOON).seconds // 3600 for need, _ in queries.needs_due(9)]
    with transaction():
        ticket.status = "closed"

    assert hours == [1, 2]
    assert queries.needs_due(9) == []
    with pytest.raises(Refused):
        tickets.ask_member(ticket, Asked("file", "a"), by_id=desk.id, now=NOON)


def _talking(**facts):
    """A ticket of a company, somebody of that company, and a coordinator."""
    made = builders.member()
    ticket = builders.ticket(member_number=made.number, **facts)
    member = builders.person("member", member_number=made.number)
    return ticket, member, builders.person("coordinator")


def _member_writes(ticket, body, member, *, now=NOON):
    return tickets.write_message(ticket, body, side=Side.MEMBER, by_id=member.id, now=now)


def _desk_writes(ticket, body, desk, *, up_to=None):
    return tickets.write_message(ticket, body, side=Side.DESK, by_id=desk.id, now=SOON, up_to=up_to)


def _told(ticket):
    return list(notices.about(member_thread(ticket.id)))
