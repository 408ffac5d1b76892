"""A link by which anybody may send files for one ticket, and learn nothing else of it."""

import io
from datetime import timedelta

import pytest

from hotline import clock
from hotline.adapters.file_store import FileStore
from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.edge import upload_links
from hotline.edge.identity import settings
from hotline.evidence import queries as evidence
from hotline.evidence import service
from hotline.evidence.models import File
from hotline.evidence.rules import Kept, Source
from hotline.transaction import transaction
from tests.builders import NOON
from tests.web.desk import opened, reads
from tests.web.forms import form_token

LOG = b"a log"


def test_the_page_shows_the_number_and_what_came_by_it_and_nothing_else(client, link):
    put(client, link)
    other = opened("別会社")
    with transaction():
        on_record(other.id, f"ticket:{other.number}", "別の資料.pdf")
        on_record(link.ticket_id, "ticket:1", "会員の資料.pdf")
    page = client.get(link.path).text

    assert link.number in page.replace(" ", "")
    assert "vpn.log" in page
    assert "0120-066-318" in page
    for hidden in ("みなと化成", "会員の資料", "別の資料"):
        assert hidden not in page
    assert reads(f"upload_link:{link.id}")[0].detail == {"by": "link"}


def test_a_file_sent_by_a_link_is_nobodys_and_on_record(client, link):
    answer = put(client, link)
    [file] = evidence.by_link(link.id)

    assert answer.status_code == 201
    assert (file.source, file.ticket_id) == ("link", link.ticket_id)
    assert evidence.custody_of(file.id)[0].by_id is None


def test_a_form_without_script_sends_too(client, link):
    fields = {"csrf_token": form_token(client), "file": (io.BytesIO(LOG), "a.log")}
    answer = client.post(f"{link.path}/files", data=fields)

    assert answer.location == link.path
    assert len(evidence.by_link(link.id)) == 1
    again = client.post(f"{link.path}/files", data={"csrf_token": form_token(client)})
    assert again.status_code == 422


def test_a_form_that_is_refused_for_one_file_leaves_none_in_the_store(client, link):
    store = FileStore.from_url(settings().files_url)
    before = set(store.everything())
    both = [(io.BytesIO(b"refused with the other"), "a.log"), (io.BytesIO(), "empty.log")]
    fields = {"csrf_token": form_token(client), "file": both}
    answer = client.post(f"{link.path}/files", data=fields)

    assert answer.status_code == 422
    assert (evidence.by_link(link.id), set(store.everything())) == ([], before)


def test_a_link_takes_so_many_files(client, link):
    with transaction():
        for number in range(50):
            on_record(link.ticket_id, f"upload_link:{link.id}", f"{number}.log", Source.LINK)
    fields = {"csrf_token": form_token(client), "file": (io.BytesIO(LOG), "a.log")}

    assert put(client, link).status_code == 409
    assert client.post(f"{link.path}/files", data=fields).status_code == 409


@pytest.mark.parametrize("why", ["over", "taken back", "forged", "never made"])
def test_whatever_is_wrong_with_a_link_the_answer_is_the_same(client, link, why, moved_clock):
    paths = {"forged": f"{link.path[:-1]}!", "never made": mint(999)}
    if why == "over":
        moved_clock(timedelta(hours=73))
    if why == "taken back":
        with transaction():
            service.end_link(evidence.link_by_id(link.id), by_id=1, now=NOON)
    path, dead = paths.get(why, link.path), client.get("/send/none")

    assert client.get(path).data == dead.data
    assert dead.status_code == 404
    for answer in (
        put(client, link, path),
        client.post(f"{path}/files", data={"csrf_token": form_token(client)}),
    ):
        assert (answer.status_code, answer.data) == (404, dead.data)
    assert db.session.query(File).count() == 0
    assert {one.action for one in db.session.query(AuditEntry)} >= {"refused"}


def put(client, link, path: str = ""):
    headers = {"X-CSRFToken": form_token(client), "X-File-Name": "vpn.log"}
    return client.put(f"{path or link.path}/files", data=LOG, headers=headers)


def mint(link_id: int) -> str:
    return f"/send/{upload_links.mint(link_id, settings())}"


def on_record(ticket_id, subject, name, source=Source.DESK):
    service.receive(
        Kept("ab" * 32, 3),
        name=name,
        media_type="application/octet-stream",
        subject=subject,
        source=source,
        by_id=None,
        now=NOON,
        ticket_id=ticket_id,
    )


class Opened:
    """An upload link of a ticket, and what is known of both."""

    def __init__(self, ticket, found) -> None:
        self.id, self.ticket_id, self.number = found.id, ticket.id, ticket.number
        self.path = mint(found.id)


@pytest.fixture
def link(app, moved_clock):
    ticket = opened("みなと化成", now=clock.now())
    with transaction():
        found = service.open_link(ticket.id, by_id=None, now=clock.now())
    return Opened(ticket, found)
