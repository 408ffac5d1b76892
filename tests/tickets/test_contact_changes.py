"""A contact given in writing is used once somebody said on a known number that it is right."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.errors import Invalid, Missing, Refused
from hotline.notices import queries as notices
from hotline.notices.rules import OLD_CONTACT, RESPONSIBLE, Kind
from hotline.tickets import queries
from hotline.tickets import service as tickets
from hotline.tickets.models import ContactChange, StatusCode
from hotline.tickets.rules import ChangeStatus, Heard, Rung, member_thread
from hotline.timeline.models import Line
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON

LATER = NOON + timedelta(minutes=20)
OLD, NEW = "090-1234-5678", "080-1111-2222"
HEARD = Heard("caller_phone", "邊見さんに電話、声で確認")


def test_what_is_given_is_not_used_and_alarms_whoever_is_responsible(app):
    with transaction():
        ticket, member = _ticket()
        change = _give(ticket, member)
    told = notices.about(member_thread(ticket.id))

    assert (change.status, ticket.safe_phone) == (ChangeStatus.GIVEN, "")
    assert tickets.ways_to(ticket) == {"sms": "+819012345678"}
    assert {(one.kind, one.audience, one.channel) for one in told} == {
        (Kind.CONTACT_GIVEN, RESPONSIBLE, "mail"),
        (Kind.CONTACT_GIVEN, RESPONSIBLE, "sms"),
    }
    assert queries.changes_to_check(9) == [(change, ticket)]


def test_a_confirmed_contact_is_used_found_and_counted_as_a_save(app):
    with transaction():
        ticket, member = _ticket()
        version = ticket.version
        _confirm(ticket, _give(ticket, member))
    told = notices.about(f"ticket:{ticket.number}")

    assert (ticket.safe_phone, ticket.safe_key, ticket.version) == (NEW, "08011112222", version + 1)
    assert tickets.ways_to(ticket) == {"sms": "+818011112222"}
    assert {one.kind for one in told} == {Kind.RECEIVED}
    assert queries.changes_to_check(9) == []


def test_those_reached_until_now_are_warned(app):
    with transaction():
        ticket, member = _ticket(caller_email="caller@example.jp")
        change = _give(ticket, member)
        _confirm(ticket, change)
    told = notices.about(f"contact_change:{change.id}")

    assert {(one.kind, one.audience, one.channel) for one in told} == {
        (Kind.CONTACT_CHANGED, OLD_CONTACT, "mail"),
        (Kind.CONTACT_CHANGED, OLD_CONTACT, "sms"),
    }
    assert queries.told_before(change.id) == {"sms": "+819012345678", "mail": "caller@example.jp"}
    assert queries.told_before(change.id + 1) == {}


def test_whoever_holds_the_former_phone_sees_the_status_no_more(app):
    with transaction():
        ticket, member = _ticket()
        change, now = _give(ticket, member), LATER
        secret = builders.opened_status(ticket, now=now)
        sent = _code(ticket, now=now)
        before = queries.opened_with(secret, now=now)
        _confirm(ticket, change)
        used = tickets.open_status(ticket.number, sent, source="", now=now)

    assert before is not None
    assert queries.opened_with(secret, now=now) is None
    assert used is None


def test_other_hours_leave_the_status_open(app):
    with transaction():
        ticket, member = _ticket()
        change = _give(ticket, member, field="callback_hours", value="昼休み以外")
        secret = builders.opened_status(ticket, now=LATER)
        _confirm(ticket, change)

    assert ticket.callback_hours == "昼休み以外"
    assert queries.opened_with(secret, now=LATER) is not None


def _code(ticket, *, now):
    """The digits of a code that went to the phone of the ticket."""
    tickets.ask_status_code(ticket.number, channel="sms", language="ja", source="", now=now)
    asked = db.session.scalars(select(StatusCode.id).order_by(StatusCode.id.desc())).first()
    return tickets.mint_status_code(asked, now=now)


def test_neither_story_nor_trail_nor_notices_hold_the_contact(app):
    with transaction():
        ticket, member = _ticket()
        _confirm(ticket, _give(ticket, member))
    kept = [one.facts for one in db.session.scalars(select(Line))]
    kept += [one.detail for one in db.session.scalars(select(AuditEntry))]
    kept += [one.facts for one in notices.listed()]

    assert NEW not in str(kept)
    assert "11112222" not in str(kept)
    assert "邊見" not in str(kept)


def test_a_refused_one_is_never_used(app):
    with transaction():
        ticket, member = _ticket()
        change = _give(ticket, member)
        desk = builders.person("coordinator")
        tickets.refuse_contact(ticket, change, "本人は届けていない", by_id=desk.id, now=LATER)

    assert (change.status, change.note, ticket.safe_phone) == (
        ChangeStatus.REFUSED,
        "本人は届けていない",
        "",
    )
    with pytest.raises(Refused, match="already"):
        _confirm(ticket, change)


def test_the_second_for_the_same_field_replaces_the_first(app):
    with transaction():
        ticket, member = _ticket()
        first = _give(ticket, member)
        second = _give(ticket, member, value="080-3333-4444")
        other = _give(ticket, member, field="callback_hours", value="9時から17時")

    assert [one.status for one in (first, second, other)] == ["replaced", "given", "given"]
    assert queries.changes_of(ticket.id) == [other, second, first]


def test_that_the_own_channels_are_not_safe_holds_at_once(app):
    with transaction():
        ticket, _ = _ticket(caller_email="caller@example.jp")
        change = tickets.give_contact(ticket, "channels", "unsafe", by_id=None, now=NOON)
    events = list(db.session.scalars(select(Line.event).order_by(Line.id)))

    assert ticket.company_channels_unsafe
    assert "mail" not in tickets.ways_to(ticket)
    assert (change.status, change.decided_by_id) == (ChangeStatus.CONFIRMED, None)
    assert events[-2:] == ["contact_given", "channels_unsafe"]


def test_that_they_are_safe_again_waits_for_the_desk(app):
    with transaction():
        ticket, member = _ticket()
        _give(ticket, member, field="channels", value="unsafe")
        change = _give(ticket, member, field="channels", value="safe")
        still = ticket.company_channels_unsafe
        _confirm(ticket, change)

    assert (still, ticket.company_channels_unsafe) == (True, False)


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("company", "甲社", "field"),
        ("safe_phone", "", "value"),
        ("safe_phone", "12", "value"),
        ("safe_phone", "090\0", "value"),
        ("callback_phone", "a\u202eb", "value"),
        ("safe_email", "a@b", "value"),
        ("safe_email", "a" * 255 + "@example.jp", "value"),
        ("callback_hours", " ", "value"),
        ("channels", "maybe", "value"),
        ("channels", "safe", "value"),
    ],
)
def test_what_cannot_be_used_is_not_taken(app, field, value, named):
    with transaction():
        ticket, member = _ticket()

    with pytest.raises(Invalid) as refused:
        _give(ticket, member, field=field, value=value)
    assert set(refused.value.fields) == {named}


def test_a_contact_that_stands_already_is_no_change(app):
    with transaction():
        ticket, member = _ticket()
        ticket.safe_phone = NEW

    with pytest.raises(Invalid, match="already"):
        _give(ticket, member)


@pytest.mark.parametrize(
    ("heard", "named"),
    [
        (Heard("", "a"), {"rung"}),
        (Heard("caller_phone", " "), {"note"}),
        (Heard("nobody", "a\0"), {"rung", "note"}),
        (Heard("safe_phone", "a"), {"rung"}),
    ],
)
def test_nothing_is_confirmed_without_a_call_to_a_known_number(app, heard, named):
    with transaction():
        ticket, member = _ticket()
        change = _give(ticket, member)

    with pytest.raises(Invalid) as refused:
        _confirm(ticket, change, heard)
    assert set(refused.value.fields) == named


def test_nothing_is_refused_without_a_reason(app):
    with transaction():
        ticket, member = _ticket()
        change = _give(ticket, member)

    with pytest.raises(Invalid):
        tickets.refuse_contact(ticket, change, "", by_id=member.id, now=LATER)


def test_a_ticket_that_has_ended_takes_none(app):
    with transaction():
        ticket, member = _ticket()
        ticket.status = "closed"
        db.session.flush()

    with pytest.raises(Refused):
        _give(ticket, member)


def test_a_change_belongs_to_its_ticket(app):
    with transaction():
        ticket, member = _ticket()
        change = _give(ticket, member)
        other = builders.ticket()

    assert queries.change_of(ticket, change.id) == change
    for about, change_id in ((other, change.id), (ticket, change.id + 1)):
        with pytest.raises(Missing):
            queries.change_of(about, change_id)


def test_the_numbers_known_before_are_the_callers_and_those_on_file(app):
    with transaction():
        ticket, _ = _ticket()
        alone = builders.ticket()
    known = queries.known_numbers(ticket)

    with transaction():
        ticket.company_channels_unsafe = True

    assert known == [(Rung.CALLER_PHONE, OLD), (Rung.ON_FILE, "0120-066-318")]
    assert queries.known_numbers(ticket) == [(Rung.CALLER_PHONE, OLD)]
    assert queries.known_numbers(alone) == []
    assert queries.contact_now(ticket, "company") == ""


def test_who_wrote_a_report_does_not_confirm_by_the_phone_typed_in_it(app):
    with transaction():
        ticket, member = _ticket()
        ticket.opened_by_id, ticket.callback_phone = member.id, "090-0000-1111"
        _save(ticket, member, callback_phone="090-0000-2222")
        change = _give(ticket, member)

    assert queries.known_numbers(ticket) == [(Rung.ON_FILE, "0120-066-318")]
    with pytest.raises(Invalid) as invalid, transaction():
        _confirm(ticket, change, Heard("callback_phone", "本人が電話に出た"))
    assert set(invalid.value.fields) == {"rung"}


def test_what_the_desk_wrote_down_of_a_report_is_known(app):
    with transaction():
        ticket, member = _ticket()
        ticket.opened_by_id, ticket.callback_phone = member.id, "090-0000-1111"
        _save(ticket, member, callback_phone="090-0000-2222")
        _save(ticket, builders.person("operator"), callback_phone="03-5422-6351")

    assert queries.known_numbers(ticket) == [
        (Rung.CALLBACK_PHONE, "03-5422-6351"),
        (Rung.ON_FILE, "0120-066-318"),
    ]


@pytest.mark.parametrize(
    ("given", "ends"),
    [
        ({"caller_phone": NEW}, True),
        ({"company_channels_unsafe": True}, True),
        ({"safe_phone": NEW}, False),
        ({"summary": "続報"}, False),
    ],
)
def test_another_phone_written_down_by_the_desk_shuts_the_status(app, given, ends):
    with transaction():
        ticket, _ = _ticket()
        secret = builders.opened_status(ticket, now=LATER)
        before = queries.opened_with(secret, now=LATER)
        _save(ticket, builders.person("operator"), **given)

    assert before is not None
    assert (queries.opened_with(secret, now=LATER) is None) is ends


def _ticket(**facts):
    made = builders.member()
    ticket = builders.ticket(member_number=made.number, caller_phone=OLD, **facts)
    return ticket, builders.person("member", member_number=made.number)


def _save(ticket, by, **given) -> None:
    intake = replace(queries.as_intake(ticket, queries.kept(ticket.id)), **given)
    tickets.fill_in(ticket, intake, version=ticket.version, by=by, now=LATER)


def _give(ticket, member, *, field="safe_phone", value=NEW) -> ContactChange:
    return tickets.give_contact(ticket, field, value, by_id=member.id, now=NOON)


def _confirm(ticket, change, heard=HEARD):
    desk = builders.person("coordinator")
    tickets.confirm_contact(ticket, change, heard, by_id=desk.id, now=LATER)
