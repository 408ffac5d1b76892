"""The desk's pages of files: what came, every hand, samples for named roles, and upload links."""

import io

import pytest
from sqlalchemy import select

from hotline.adapters.file_store import FileStore
from hotline.db import db
from hotline.edge.identity import settings
from hotline.evidence import queries as evidence
from hotline.evidence import service
from hotline.evidence.models import File, UploadLink
from hotline.evidence.rules import Kept, Scan, Source, Touch
from hotline.evidence.service.holding import touched
from hotline.notices.models import Notice
from hotline.people.rules import Role
from hotline.transaction import transaction
from hotline.web.files import shown
from tests import partners
from tests.builders import NOON
from tests.web.desk import opened, reads
from tests.web.forms import form_token


def test_the_list_says_what_came_and_where_it_stands(desk, ticket):
    file = on_record(ticket, scan=Scan.INFECTED, finding="Eicar-Test-Signature")
    page = desk.get(f"/tickets/{ticket.number}/files").text

    assert f'href="/files/{file.id}"' in page
    assert "Eicar-Test-Signature" in page
    assert "隔離中 1件" in page
    assert reads(f"ticket:{ticket.number}")[0].detail == {"part": "files"}


def test_the_page_of_a_file_shows_its_hash_and_every_hand(desk, ticket):
    file = on_record(ticket, scan=Scan.CLEAN)
    desk.send(f"/files/{file.id}/share")
    desk.send(f"/files/{file.id}/download").close()
    page = desk.get(f"/files/{file.id}").text

    assert file.sha256 in page
    for hand in ("受け取った", "会員に共有", "渡した", "瀬戸 圭"):
        assert hand in page
    db.session.rollback()
    assert len(reads(f"file:{file.id}")) == 1


def test_a_sample_leaves_after_a_warning_and_locked_up(be, desk, ticket):
    file = on_record(ticket, scan=Scan.UNSCANNED)
    warned = desk.send(f"/files/{file.id}/download")
    given = desk.send(f"/files/{file.id}/download", {"sample": "1"})
    page = desk.get(f"/files/{file.id}").text

    assert "infected" in warned.text
    assert warned.content_type.startswith("text/html")
    assert given.content_type == "application/zip"
    assert given.data[:2] == b"PK"
    assert b"report.pdf\xff" not in given.data
    assert "検体として" in page
    assert [one.touch for one in evidence.custody_of(file.id)] == ["received", "sent"]


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.AUDITOR])
def test_nobody_else_is_given_a_sample(be, ticket, role):
    file = on_record(ticket, scan=Scan.INFECTED)
    browser = be(role)
    answer = browser.send(f"/files/{file.id}/download", {"sample": "1"})

    assert answer.status_code == (409 if role is Role.OPERATOR else 403)
    assert browser.get(f"/files/{file.id}").status_code == 200
    assert len(evidence.custody_of(file.id)) == 1


def test_what_is_in_quarantine_is_not_shared(desk, ticket):
    held, own = on_record(ticket), on_record(ticket, source=Source.LINK, scan=Scan.CLEAN)
    page = desk.get(f"/files/{held.id}").text

    assert "検査で問題がないと分かると、会員に共有できます。" in page
    assert desk.send(f"/files/{held.id}/share").status_code == 409
    assert desk.send(f"/files/{own.id}/share").status_code == 409
    assert held.shared_at is None


def test_sharing_and_taking_it_back_are_done_once(desk, ticket):
    file = on_record(ticket, scan=Scan.CLEAN)
    for verb in ("share", "share", "unshare", "unshare"):
        assert desk.send(f"/files/{file.id}/{verb}").status_code == 303

    touched = [one.touch for one in evidence.custody_of(file.id)]
    assert touched == ["received", "shared", "unshared"]


def test_a_scan_is_asked_for_where_there_is_a_scanner(desk, ticket, app):
    file = on_record(ticket, scan=Scan.UNSCANNED)
    without = desk.send(f"/files/{file.id}/scan").status_code
    before = app.extensions["hotline.settings"]
    app.extensions["hotline.settings"] = before.model_copy(update={"scanner": "clamd://h:1"})
    try:
        answer = desk.send(f"/files/{file.id}/scan").status_code
    finally:
        app.extensions["hotline.settings"] = before

    assert "もう一度依頼" in desk.get(f"/files/{file.id}").text
    assert (without, answer) == (409, 303)
    assert db.session.get_one(File, file.id).scan == "waiting"


def test_every_hand_says_what_was_found_and_to_whom_it_went(desk, ticket):
    file = on_record(ticket, source=Source.LINK)
    with transaction():
        vendor = partners.vendor(name="調べる会社")
        touched(file, Touch.SCANNED, by_id=None, now=NOON, scan="infected", finding="Eicar")
        touched(file, Touch.RELEASED, by_id=None, now=NOON, vendor=vendor.id)
    page = desk.get(f"/files/{file.id}").text

    assert [one for one in ("送付用リンク", "Eicar", "調べる会社") if one not in page] == []


@pytest.mark.parametrize(
    ("size", "words"),
    [(999, "999 B"), (1_000, "1.0 kB"), (26_000_000, "26.0 MB"), (2_500_000_000_000, "2500.0 GB")],
)
def test_a_size_is_told_in_thousands(size, words):
    assert shown.size(size) == words


def test_the_desk_puts_files_on_record_with_and_without_script(desk, ticket):
    path, headers = f"/tickets/{ticket.number}/files", {"X-CSRFToken": form_token(desk.client)}
    streamed = desk.client.put(f"{path}?name=a.log", data=b"a log", headers=headers)
    by_form = desk.send(path, {"file": (io.BytesIO(b"b"), "b.log")})

    assert (streamed.status_code, by_form.status_code) == (201, 303)
    assert {(one.name, one.source) for one in evidence.of_ticket(ticket.id)} == {
        ("a.log", "desk"),
        ("b.log", "desk"),
    }
    assert desk.send(path).status_code == 422


def test_a_link_is_made_and_sent_by_every_safe_way_and_taken_back(desk):
    ticket = opened()
    with transaction():
        ticket.safe_phone, ticket.safe_email = "090-1234-5678", "safe@example.jp"
    path = f"/tickets/{ticket.number}/upload-links"
    desk.send(path)
    [link] = db.session.scalars(select(UploadLink))
    about = select(Notice).where(Notice.subject == f"upload_link:{link.id}")
    told = {(one.channel, one.status) for one in db.session.scalars(about)}
    shown = desk.get(f"/tickets/{ticket.number}/files").text
    desk.send(f"{path}/{link.id}/end")

    assert ("sms", "waiting") in told
    assert "http://localhost/send/" in shown
    assert {one.status for one in db.session.scalars(about)} == {"withdrawn"}
    assert desk.send(f"{path}/999/end").status_code == 404


def test_without_a_safe_way_the_link_stands_on_the_page(desk):
    ticket = opened(drill=True)
    desk.send(f"/tickets/{ticket.number}/upload-links")

    assert "/send/" in desk.get(f"/tickets/{ticket.number}/files").text
    assert db.session.scalars(select(Notice).where(Notice.kind == "upload_link")).all() == []


def on_record(ticket, *, source=Source.DESK, scan=Scan.UNSCANNED, finding="") -> File:
    store = FileStore.from_url(settings().files_url)
    kept: Kept = store.keep(store.draft([b"report"], most_bytes=10**6))
    with transaction():
        file = service.receive(
            kept,
            name="report.pdf",
            media_type="application/octet-stream",
            subject=f"ticket:{ticket.number}",
            source=source,
            by_id=None,
            now=NOON,
            ticket_id=ticket.id,
            scan=scan,
        )
        file.finding = finding
    return file


@pytest.fixture
def ticket(app):
    return opened()
