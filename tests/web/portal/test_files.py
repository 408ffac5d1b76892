"""A member sends files from its page of a ticket, and fetches what is cleared or shared."""

import hashlib
import io

import pytest
from sqlalchemy import select

from hotline.adapters.file_store import FileStore
from hotline.db import db
from hotline.edge.identity import settings
from hotline.evidence import queries as evidence
from hotline.evidence import service
from hotline.evidence.models import Custody, File
from hotline.evidence.rules import Kept, Scan, Source
from hotline.notices.models import Notice
from hotline.people.rules import Role
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON
from tests.web.desk import opened
from tests.web.forms import form_token

LOG = b"Sep 19 10:26:01 vpn login from 203.0.113.9\n" * 400


def test_what_is_streamed_is_on_record_under_its_hash(member, ticket):
    answer = put(member, ticket, LOG, name="%E8%A8%98%E9%8C%B2.log")
    [file] = evidence.of_ticket(ticket.id)

    assert answer.status_code == 201
    assert answer.json["sha256"] == hashlib.sha256(LOG).hexdigest() == file.sha256
    assert (answer.json["name"], answer.json["size"]) == ("記録.log", len(LOG))
    assert (file.scan, file.source, file.media_type) == (
        "unscanned",
        "portal",
        "application/octet-stream",
    )
    assert db.session.scalars(select(Notice.kind)).all().count("file_received") == 1


def test_the_same_file_once_more_is_the_same_file(member, ticket):
    answers = [put(member, ticket, LOG).status_code for _ in range(2)]

    assert answers == [201, 201]
    assert len(evidence.of_ticket(ticket.id)) == 1
    assert db.session.scalars(select(Custody.touch)).all() == ["received", "received"]


def test_a_form_without_script_brings_several_files(member, ticket):
    files = [(io.BytesIO(LOG), "a.log"), (io.BytesIO(b"note"), "脅迫文.txt")]
    answer = member.send(address(ticket), {"file": files})
    page = member.get(f"/portal/tickets/{ticket.number}").text

    assert answer.headers["Location"].endswith("#files")
    assert [file.name for file in evidence.of_ticket(ticket.id)] == ["脅迫文.txt", "a.log"]
    assert "脅迫文.txt" in page
    assert hashlib.sha256(b"note").hexdigest() in page


@pytest.mark.parametrize("files", [[], [(io.BytesIO(b""), "empty.txt")]], ids=["none", "empty"])
def test_a_form_without_a_file_comes_back_with_the_sentence(member, ticket, files):
    answer = member.send(address(ticket), {"file": files})

    assert answer.status_code == 422
    assert 'id="up-error"' in answer.text
    assert evidence.of_ticket(ticket.id) == []


def test_a_whole_line_of_colleagues_elsewhere_sees_nothing(be, ticket):
    stranger = be(Role.MEMBER, member_number="JNX-2002")
    with transaction():
        file = on_record(ticket, Source.PORTAL, scan=Scan.CLEAN)

    assert put(stranger, ticket, LOG).status_code == 404
    assert stranger.send(f"{address(ticket)}/{file.id}").status_code == 404
    assert len(evidence.of_ticket(ticket.id)) == 1


def test_what_nobody_shared_and_what_hangs_elsewhere_is_like_nothing(member, ticket):
    other = opened(member_number="JNX-1001")
    with transaction():
        unshared = on_record(ticket, Source.DESK, scan=Scan.CLEAN)
        elsewhere = on_record(other, Source.PORTAL, scan=Scan.CLEAN)

    answers = {
        member.send(f"{address(ticket)}/{one}").status_code
        for one in (unshared.id, elsewhere.id, 2_000_000_000)
    }
    assert answers == {404}


def test_the_own_file_can_be_fetched_once_it_is_clean(member, ticket):
    put(member, ticket, LOG)
    [file] = evidence.of_ticket(ticket.id)
    held = member.send(f"{address(ticket)}/{file.id}")
    with transaction():
        db.session.get_one(File, file.id).scan = Scan.CLEAN
    fetched = member.send(f"{address(ticket)}/{file.id}", {"sample": "1"})

    assert held.status_code == 409
    assert fetched.data == LOG
    assert fetched.content_type == "application/octet-stream"
    fetched.close()


def test_what_the_desk_shared_is_shown_and_handed_out(member, ticket, store):
    with transaction():
        file = on_record(ticket, Source.DESK, scan=Scan.CLEAN, kept=store(b"report"))
        service.share(file, by_id=1, now=NOON)
    page = member.get(f"/portal/tickets/{ticket.number}").text
    fetched = member.send(f"{address(ticket)}/{file.id}")

    assert "report.pdf" in page
    assert fetched.data == b"report"
    fetched.close()


def put(browser, ticket, body: bytes, name: str = "vpn.log", **headers: str):
    """Stream a file as the page's script does."""
    return browser.client.put(
        address(ticket),
        data=body,
        headers={"X-CSRFToken": form_token(browser.client), "X-File-Name": name, **headers},
    )


def address(ticket) -> str:
    return f"/portal/tickets/{ticket.number}/files"


def on_record(ticket, source: Source, *, scan: Scan, kept: Kept | None = None) -> File:
    return service.receive(
        kept or Kept("ab" * 32, 3),
        name="report.pdf",
        media_type="application/octet-stream",
        subject=f"ticket:{ticket.number}",
        source=source,
        by_id=None,
        now=NOON,
        ticket_id=ticket.id,
        scan=scan,
    )


@pytest.fixture
def ticket(app):
    with transaction():
        builders.member(number="JNX-1001")
    return opened(member_number="JNX-1001")


@pytest.fixture
def member(be, ticket):
    return be(Role.MEMBER, member_number="JNX-1001")


@pytest.fixture
def store(app):
    store = FileStore.from_url(settings().files_url)
    return lambda data: store.keep(store.draft([data], most_bytes=10**6))
