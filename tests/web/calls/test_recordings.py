"""What was recorded of a call: handed out as a file, and stopped for a while by the operator."""

import hashlib

import pytest
from sqlalchemy import select

from hotline import clock
from hotline.adapters.file_store import FileStore
from hotline.calls import service as calls
from hotline.calls.models import Call
from hotline.calls.rules import Status
from hotline.db import db
from hotline.edge.identity import settings
from hotline.evidence import queries as evidence
from hotline.people.rules import Role
from hotline.timeline.models import Line
from hotline.transaction import transaction
from tests import builders
from tests.adapters.test_twilio_rest import serve
from tests.builders import NOON
from tests.web.forms import form_token, send, sign_in

SOUND = b"RIFF and a sound"
RE = "RE" + "b" * 32


def test_a_voicemail_is_handed_out_as_a_file_and_it_is_on_record(desk, call, fetched):
    fetched()
    answer = send(desk, f"/calls/{call}/voicemail")
    [file] = evidence.every_file()

    assert heard(answer) == SOUND
    assert answer.content_type == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=voicemail-")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].endswith("; sandbox")
    assert [one.touch for one in evidence.custody_of(file.id)] == ["received", "sent"]


def test_one_recording_of_a_call_is_handed_out_by_itself(desk, call, fetched):
    recording = fetched()
    page = f"/calls/{call}"

    assert f"{page}/recordings/{recording}" in desk.get(page).text
    assert heard(send(desk, f"{page}/recordings/{recording}")) == SOUND
    assert send(desk, f"/calls/{call + 1}/recordings/{recording}").status_code == 404


def test_what_is_not_fetched_yet_is_refused_in_words(desk, call, left):
    left()
    answer = send(desk, f"/calls/{call}/voicemail")

    assert answer.status_code == 409
    assert "42秒" in desk.get(f"/calls/{call}").text


def test_what_is_lost_from_the_disk_is_refused_in_words(desk, call, fetched, store):
    fetched()
    next(store.everything()).unlink()

    assert send(desk, f"/calls/{call}/voicemail").status_code == 409


def test_a_call_without_a_message_has_none(desk, call):
    assert send(desk, f"/calls/{call}/voicemail").status_code == 404
    assert send(desk, f"/calls/{call + 9}/voicemail").status_code == 404


def test_the_operator_stops_the_recording_and_lets_it_go_on(desk, spoken):
    stopped = steer(desk, spoken, "stopped")
    at = fresh(spoken).recording_paused_at
    again = steer(desk, spoken, "stopped")
    running = steer(desk, spoken, "running")

    assert [one.status_code for one in (stopped, again, running)] == [303] * 3
    assert at is not None
    assert fresh(spoken).recording_paused_at is None
    assert events() == ["recording_paused", "recording_resumed"]


def test_a_script_is_told_the_state(desk, spoken):
    answer = steer(desk, spoken, "stopped", Accept="application/json")

    assert answer.json["running"] is False


@pytest.mark.parametrize("to", ["stopped", "running"])
def test_while_the_company_does_not_answer_nothing_is_claimed(app, desk, spoken, to):
    if to == "running":
        steer(desk, spoken, "stopped")
    before = fresh(spoken).recording_paused_at
    with serve() as company:
        company.refuses(500)
        with_twilio(app, company.url)
        answer = steer(desk, spoken, to)

    assert answer.status_code == 409
    assert fresh(spoken).recording_paused_at == before
    assert len(company.asked) == 1


def test_a_call_that_is_not_recorded_cannot_be_stopped(desk, call):
    assert steer(desk, call, "stopped").status_code == 409
    assert steer(desk, call, "faster").status_code == 422
    assert steer(desk, call + 9, "stopped").status_code == 404


def heard(answer) -> bytes:
    with answer:
        return answer.data


def steer(desk, call, to, **headers):
    fields = {"csrf_token": form_token(desk), "to": to}
    return desk.post(f"/calls/{call}/recording", data=fields, headers=headers)


def fresh(call) -> Call:
    db.session.rollback()
    return db.session.get(Call, call)


def events():
    query = select(Line.event).where(Line.event.startswith("recording")).order_by(Line.id)
    return list(db.session.scalars(query))


def with_twilio(app, url):
    changed = {"phone": "twilio", "twilio_api_url": url, "phone_from": "+81312345678"}
    app.extensions["hotline.settings"] = settings().model_copy(update=changed)


@pytest.fixture
def desk(app, client):
    with transaction():
        someone = builders.person(Role.OPERATOR)
    with clock.fixed(NOON):
        sign_in(client, someone)
        yield client


@pytest.fixture
def call(app) -> int:
    with transaction():
        return builders.call(status=Status.MISSED, ended_at=NOON).id


@pytest.fixture
def spoken(app) -> int:
    with transaction():
        ticket = builders.ticket()
        talking = {"answered_at": NOON, "answered_by_id": 1, "ticket_id": ticket.id}
        return builders.call(status=Status.ANSWERED, **talking).id


@pytest.fixture
def left(call):
    def leave():
        with transaction():
            calls.voicemail(db.session.get(Call, call), RE, 42, now=NOON)

    return leave


@pytest.fixture
def fetched(left, store):
    """The message lies in the store; gives the id of its recording."""

    def fetch() -> int:
        left()
        kept = store.keep(store.draft([SOUND], most_bytes=100))
        assert kept.sha256 == hashlib.sha256(SOUND).hexdigest()
        with transaction():
            taken = calls.claim_recording("c", now=NOON)
            calls.keep_recording(taken.id, "c", kept, now=NOON)
            return taken.id

    return fetch


@pytest.fixture
def store(app, tmp_path):
    before = app.extensions["hotline.settings"]
    changed = {"files_url": f"file://{tmp_path}/files"}
    app.extensions["hotline.settings"] = before.model_copy(update=changed)
    yield FileStore(tmp_path / "files")
    app.extensions["hotline.settings"] = before


@pytest.fixture(autouse=True)
def as_it_was(app):
    before = app.extensions["hotline.settings"]
    yield
    app.extensions["hotline.settings"] = before
