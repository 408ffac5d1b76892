"""What is sent for a ticket: how much, once, and who hears of it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.db import db
from hotline.errors import Refused
from hotline.evidence import queries, rules, service
from hotline.evidence.rules import MEGABYTE, EvidencePolicy, Kept, Scan, Source, Used
from hotline.notices.models import Notice
from hotline.policy import get
from hotline.timeline.models import Line
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON


def test_several_files_are_one_notice_and_a_line_each(ticket):
    for number in range(3):
        take(ticket, sha=f"{number:064x}")
    notices = db.session.scalars(select(Notice).where(Notice.kind == "file_received")).all()

    assert [(one.audience, one.due_at) for one in notices] == [
        ("responsible", NOON + timedelta(minutes=5))
    ]
    lines = db.session.scalars(select(Line).where(Line.event == "file_received")).all()
    assert [sorted(one.facts) for one in lines] == [["file", "sha256"]] * 3


def test_what_the_desk_puts_on_record_tells_nobody(ticket):
    take(ticket, source=Source.DESK)

    assert db.session.scalars(select(Notice).where(Notice.kind == "file_received")).all() == []


def test_the_same_bytes_are_one_file_for_one_sender_only(ticket):
    for by_id in (7, 7, 8):
        take(ticket, by_id=by_id)
    take(ticket, by_id=7, name="another name")

    assert len(queries.of_ticket(ticket.id)) == 3
    assert [one.touch for one in queries.custody_of(1)] == ["received", "received"]


def test_a_file_that_takes_more_than_the_room_left_is_refused(ticket):
    take(ticket, size=999 * MEGABYTE, source=Source.DESK)

    with pytest.raises(Refused, match="as one person may"):
        take(ticket, sha="cd" * 32, size=2 * MEGABYTE, source=Source.DESK)
    take(ticket, sha="cd" * 32, size=MEGABYTE, by_id=8)


def test_each_sender_and_each_ticket_has_its_own_room(ticket):
    desk = sent(ticket, source=Source.DESK)
    link = sent(ticket, source=Source.LINK, by_id=None, link_id=3)
    take(ticket, size=400 * MEGABYTE, source=Source.DESK)
    with transaction():
        service.take_in(Kept("ef" * 32, 200 * MEGABYTE), link, scan=Scan.CLEAN, now=NOON)

    assert service.room_for(desk, now=NOON) == 600 * MEGABYTE
    assert service.room_for(link, now=NOON) == 200 * MEGABYTE
    assert service.room_for(link, now=NOON + timedelta(days=1)) == 300 * MEGABYTE


def test_nobody_outside_fills_a_ticket_in_a_day(ticket):
    take(ticket, size=400 * MEGABYTE)
    one, tomorrow = sent(ticket), NOON + timedelta(days=1)

    with pytest.raises(Refused, match="within a day"):
        service.room_for(one, now=NOON + timedelta(hours=23))
    assert service.room_for(one, now=tomorrow) == 400 * MEGABYTE
    assert service.room_for(sent(ticket, by_id=8), now=NOON) == 400 * MEGABYTE


def test_whoever_holds_a_code_is_one_sender_however_many_links_they_make(ticket):
    with transaction():
        first, second = (service.open_link(ticket.id, by_id=None, now=NOON) for _ in "12")
        desk = service.open_link(ticket.id, by_id=7, now=NOON)
        by_code = sent(ticket, source=Source.LINK, by_id=None, link_id=first.id)
        service.take_in(Kept("ef" * 32, 400 * MEGABYTE), by_code, scan=Scan.CLEAN, now=NOON)
    by = {"source": Source.LINK, "by_id": None}

    with pytest.raises(Refused, match="within a day"):
        service.room_for(sent(ticket, link_id=second.id, **by), now=NOON)
    assert service.room_for(sent(ticket, link_id=desk.id, **by), now=NOON) == 400 * MEGABYTE


def test_a_day_takes_less_than_a_ticket():
    plain = get(EvidencePolicy).model_dump()

    with pytest.raises(ValueError, match="below the ticket's"):
        EvidencePolicy.model_validate({**plain, "outside_day_mb": plain["ticket_mb"]})


@pytest.mark.parametrize(
    ("ticket_used", "sender", "by_link", "sentence"),
    [
        (Used(300, 1), Used(1, 1), False, rules.FULL_TICKET),
        (Used(1, 2000 * MEGABYTE), Used(1, 1), True, rules.FULL_TICKET),
        (Used(150, 1), Used(150, 1), False, rules.FULL_SENDER),
        (Used(50, 1), Used(50, 1), True, rules.FULL_LINK),
        (Used(1, 1), Used(1, 500 * MEGABYTE), True, rules.FULL_LINK),
    ],
)
def test_whoever_has_no_room_left_is_told_whose_it_was(app, ticket_used, sender, by_link, sentence):
    with pytest.raises(Refused) as refused:
        rules.room(rules.ends(get(EvidencePolicy), ticket_used, sender, None, by_link=by_link))

    assert refused.value.message == sentence


@pytest.mark.parametrize(
    ("source", "with_scanner", "without"),
    [
        (Source.VOICEMAIL, Scan.EXEMPT, Scan.EXEMPT),
        (Source.DELIVERABLE, Scan.WAITING, Scan.EXEMPT),
        (Source.PORTAL, Scan.WAITING, Scan.UNSCANNED),
        (Source.LINK, Scan.WAITING, Scan.UNSCANNED),
        (Source.DESK, Scan.WAITING, Scan.UNSCANNED),
    ],
)
def test_where_a_file_stands_at_first(source, with_scanner, without):
    assert rules.first_scan(source, has_scanner=True) is with_scanner
    assert rules.first_scan(source, has_scanner=False) is without


def test_a_link_is_good_for_its_hours_and_ends_once(app):
    with transaction():
        ticket = builders.ticket()
        link = service.open_link(ticket.id, by_id=None, now=NOON)
        assert queries.is_open(link, now=NOON + timedelta(hours=71, minutes=59))
        assert not queries.is_open(link, now=NOON + timedelta(hours=72))
        for later in (0, 1):
            service.end_link(link, by_id=7, now=NOON + timedelta(hours=later))

    assert link.ended_at == NOON
    assert not queries.is_open(link, now=NOON)


def test_a_file_of_no_ticket_is_shared_without_a_line_in_a_story(app):
    with transaction():
        file = service.receive(
            Kept("ab" * 32, 1),
            name="a",
            media_type="x",
            subject="call:1",
            source=Source.VOICEMAIL,
            by_id=None,
            now=NOON,
        )
        service.share(file, by_id=7, now=NOON)

    assert file.shared_at == NOON
    assert db.session.scalars(select(Line)).all() == []


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("a.log", "attachment; filename=a.log"),
        ("a b%2f.log", "attachment; filename=\"a b_2f.log\"; filename*=UTF-8''a%20b%252f.log"),
        (
            "記録.log",
            "attachment; filename=\"file-7.bin\"; filename*=UTF-8''%E8%A8%98%E9%8C%B2.log",
        ),
    ],
)
def test_a_download_carries_its_name_so_that_nothing_can_be_read_into_it(name, written):
    assert rules.disposition(name, 7) == written


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("x" * 300 + ".tar.gz", "x" * 197 + ".gz"),
        ("x" * 300, "x" * 200),
        ("a." + "x" * 300, "a." + "x" * 198),
        ("COM1.txt", "_COM1.txt"),
        ("-rf", "_-rf"),
        ("👩\u200d💻.jpg", "👩\u200d💻.jpg"),
        ("a／b.txt", "a_b.txt"),
    ],
)
def test_a_name_keeps_what_is_harmless(name, safe):
    assert rules.safe_name(name) == safe


def sent(ticket, *, source=Source.PORTAL, by_id: int | None = 7, link_id=None, name="a.log"):
    return service.Sent(name, ticket.id, ticket.number, source, by_id=by_id, link_id=link_id)


def take(ticket, *, sha="ab" * 32, size=10, source=Source.PORTAL, by_id=7, name="a.log"):
    with transaction():
        one = sent(ticket, source=source, by_id=by_id, name=name)
        return service.take_in(Kept(sha, size), one, scan=Scan.UNSCANNED, now=NOON)


@pytest.fixture
def ticket(app):
    with transaction():
        return builders.ticket()
