"""Files and words are handed in and out, and every hand is on record."""

import io

import pytest

from hotline.adapters.file_store import FileStore
from hotline.coordination.models import Deliverable
from hotline.db import db
from hotline.edge import uploads
from hotline.edge.identity import settings
from hotline.evidence import queries as evidence
from hotline.transaction import transaction
from tests.builders import NOON

PAPER = b"%PDF-1.7 and what it says"


def test_a_file_is_handed_in_and_out_and_every_hand_is_on_record(desk, done):
    fields = {"kind": "final_report", "file": (io.BytesIO(PAPER), "報告/書.pdf")}
    sent = desk.send(f"/tasks/{done}/deliverables", fields)
    [made] = db.session.query(Deliverable).all()
    [file] = evidence.every_file()
    answer = desk.send(f"/tasks/{done}/deliverables/{made.id}/file")

    assert sent.status_code == 303
    assert "報告_書.pdf" in desk.get(f"/tasks/{done}").text
    assert heard(answer) == PAPER
    assert answer.content_type == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert [one.touch for one in evidence.custody_of(file.id)] == ["received", "sent"]
    assert (file.subject, file.source) == (f"task:{done}", "deliverable")


@pytest.mark.parametrize("content", [b"", b"x" * 11], ids=["empty", "too large"])
def test_a_file_that_cannot_be_taken_leaves_nothing_behind(desk, done, content, monkeypatch):
    monkeypatch.setattr(uploads, "LARGEST", 10)
    fields = {"kind": "final_report", "note": "本文", "file": (io.BytesIO(content), "a.pdf")}
    before = kept()
    answer = desk.send(f"/tasks/{done}/deliverables", fields)

    assert answer.status_code == 422
    assert 'id="file-error"' in answer.text
    assert "本文" in answer.text
    assert kept() == before


def test_neither_file_nor_words_is_nothing(desk, done):
    answer = desk.send(f"/tasks/{done}/deliverables", {"kind": "final_report"})

    assert answer.status_code == 422
    assert 'id="made-error"' in answer.text


def test_a_file_that_a_disk_refuses_is_said_beside_it(desk, done, tmp_path, monkeypatch):
    (tmp_path / "full").write_text("")
    url = f"file://{tmp_path}/full/files"
    changed = settings().model_copy(update={"files_url": url})
    monkeypatch.setitem(desk.client.application.extensions, "hotline.settings", changed)
    fields = {"kind": "final_report", "file": (io.BytesIO(PAPER), "a.pdf")}

    assert desk.send(f"/tasks/{done}/deliverables", fields).status_code == 422


def test_what_was_handed_in_elsewhere_is_not_there(desk, done, task):
    with transaction():
        made = Deliverable(
            task_id=done, kind="other", note="文だけ", handed_in_at=NOON, handed_in_by_id=1
        )
        db.session.add(made)
    for of, deliverable in ((done, made.id), (task, made.id), (done, 99)):
        path = f"/tasks/{of}/deliverables/{deliverable}/file"

        assert desk.send(path).status_code == 404


def test_a_file_that_is_lost_from_the_disk_is_refused_in_words(desk, done):
    fields = {"kind": "final_report", "file": (io.BytesIO(b"lost for ever"), "a.pdf")}
    desk.send(f"/tasks/{done}/deliverables", fields)
    [file] = evidence.every_file()
    FileStore.from_url(settings().files_url).path(file.sha256).unlink()

    assert desk.send(f"/tasks/{done}/deliverables/1/file").status_code == 409


def kept() -> set[str]:
    folder = FileStore.from_url(settings().files_url).root
    return {str(path) for path in folder.rglob("*") if path.is_file()}


def heard(answer) -> bytes:
    with answer:
        return answer.data
