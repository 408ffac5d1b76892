"""Release facts to a partner, and what it sees of them: from the pages of both sides."""

from datetime import timedelta

import pytest

from hotline.adapters.file_store import FileStore
from hotline.coordination import queries
from hotline.coordination import service as coordination
from hotline.evidence import queries as files
from hotline.evidence import service as evidence
from hotline.evidence.rules import Source, Touch
from hotline.people.rules import Role
from hotline.transaction import transaction
from tests import builders, partners
from tests.builders import NOON
from tests.web.desk import reads

CANARY = "㈱ひみつの他社"


def test_the_desk_sees_what_could_be_released_and_what_the_consent_lacks(case, be):
    with transaction():
        partners.agreed(case.ticket, given=False)
    page = be(Role.COORDINATOR).get(case.path).text

    assert "㈱ヤマダ部品" in page
    assert "会員が同意するまで開示できません" in page
    assert "提携事業者全般" in page
    assert reads(f"task:{case.task.id}")[-1].detail == {"part": "releases"}


def test_a_preview_shows_what_the_partner_will_see_and_changes_nothing(case, be):
    desk = be(Role.COORDINATOR)
    fields = {"piece": ["company"], "ja.company": "Y社", "en.company": "Company Y"}
    answer = desk.send(case.path, {**fields, "act": "preview"})

    assert answer.status_code == 200
    assert "プレビュー" in answer.text
    assert "Y社" in answer.text.split('id="preview-h"')[1].split('id="facts-h"')[0]
    assert queries.releases_of(case.task.id, case.vendor.id) == []


def test_what_is_ticked_is_released_in_the_words_of_the_form_and_can_be_taken_back(case, be):
    desk = be(Role.COORDINATOR)
    fields = {"piece": ["company", "received_at"], "ja.company": "Y社", "en.company": "Company Y"}
    fields |= {"ja.received_at": "きょう", "en.received_at": "today"}
    answer = desk.send(case.path, {**fields, "act": "release"})
    made = queries.released_to(case.task.id, case.vendor.id)

    assert answer.status_code == 303
    assert [(one.piece, one.ja, one.en) for one in made] == [
        ("company", "Y社", "Company Y"),
        ("received_at", "きょう", "today"),
    ]
    assert "今の案件の内容" in desk.get(case.path).text
    back = desk.send(f"{case.path}/{made[0].id}/back")

    assert back.status_code == 303
    assert [one.piece for one in queries.released_to(case.task.id, case.vendor.id)] == [
        "received_at"
    ]


def test_what_cannot_be_released_comes_back_with_the_words_that_were_typed(case, be):
    desk = be(Role.COORDINATOR)
    nothing = desk.send(case.path, {"act": "release"})
    wrong = desk.send(case.path, {"piece": ["company", "file:x", "file:9"], "ja.company": "\x07"})
    nobody = desk.send(case.path, {"partner": "999", "piece": ["company"]})

    assert (nothing.status_code, wrong.status_code, nobody.status_code) == (422, 422, 404)
    assert "1つ以上選んでください" in nothing.text
    assert "見えない文字" in wrong.text


def test_without_consent_the_form_says_what_to_ask(case, be):
    with transaction():
        partners.agreed(case.ticket, given=False)
    answer = be(Role.COORDINATOR).send(case.path, {"piece": ["company"], "ja.company": "Y社"})

    assert answer.status_code == 409
    assert "会員は提携事業者への開示を望んでいません" in answer.text


def test_a_consent_is_recorded_with_who_said_it_and_how(case, be):
    desk = be(Role.COORDINATOR)
    path = f"/tasks/{case.task.id}/consent"
    said = {"given": "no", "said_by": "邊見さま", "said_how": "mail"}
    wrong = desk.send(path, {"given": "no", "said_by": "", "said_how": "x", "time": "9"})
    late = desk.send(path, {**said, "day": "2026/11/4", "time": "11:30"})

    assert (wrong.status_code, desk.send(path, {}).status_code) == (422, 422)
    assert late.status_code == 303
    heard = queries.heard(case.ticket, case.vendor.id).own
    assert (heard.said_by, heard.said_how, heard.said_at) == (
        "邊見さま", "mail", NOON - timedelta(minutes=30)
    )  # fmt: skip
    assert "開示してはいけません" in desk.get(case.path).text


def test_the_brief_stands_in_two_languages_and_a_partner_reads_what_is_its_own(case, be):
    case.release({"summary": ("暗号化された", ""), "case_types": ("暗号化", "Encryption")})
    partner = case.partner(be)
    page = partner.get(f"/tasks/{case.task.id}/brief").text
    desk = be(Role.AUDITOR).get(f"/tasks/{case.task.id}/brief?partner={case.vendor.id}").text

    for text in (page, desk):
        assert "Art. 33(3)(a)" in text
        assert "Encryption" in text
        assert "not translated" in text
    assert CANARY not in page
    made = [one.id for one in queries.releases_of(case.task.id, case.vendor.id)]
    assert reads(f"task:{case.task.id}")[0].detail == {"part": "brief", "releases": made}


def test_a_partner_that_was_only_asked_or_is_another_gets_no_brief(case, be):
    with transaction():
        asked = partners.task(case.ticket)
        partners.offer(asked, case.vendor, reply_by=NOON + timedelta(days=1))
        stranger = partners.somebody_of(partners.vendor())
    partner = case.partner(be)
    other = be(Role.VENDOR, vendor_code=stranger.vendor_code)
    answers = [
        partner.get(f"/tasks/{asked.id}/brief"),
        other.get(f"/tasks/{case.task.id}/brief"),
        other.get("/tasks/999/brief"),
    ]

    assert [one.status_code for one in answers] == [404] * 3
    assert answers[1].data == answers[2].data


def test_a_released_file_is_fetched_as_it_came_until_it_is_taken_back(case, be, app):
    file = case.file(app, b"evidence")
    with transaction():
        (made,) = coordination.release_file(
            case.task, case.vendor.id, file, by_id=case.by, now=NOON
        )
    partner, path = case.partner(be), f"{case.path}/{made.id}/file"
    answer = partner.send(path)
    content = answer.data
    answer.close()

    assert content == b"evidence"
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert [one.touch for one in files.custody_of(file.id)] == [
        Touch.RECEIVED,
        Touch.RELEASED,
        Touch.SENT,
    ]
    with transaction():
        coordination.take_back(made, by_id=case.by, now=NOON)

    assert partner.send(path).status_code == 404
    at_the_desk = be(Role.OPERATOR).send(path)
    at_the_desk.close()

    assert at_the_desk.status_code == 200


def test_the_page_lists_files_looks_and_what_was_taken_back(case, be, app):
    file = case.file(app, b"evidence")
    case.release({"site": ("知立工場", "")})
    case.release({"site": ("工場", "Plant")})
    with transaction():
        coordination.release_file(case.task, case.vendor.id, file, by_id=case.by, now=NOON)
    case.partner(be).get(f"/tasks/{case.task.id}/brief")
    page = be(Role.AUDITOR).get(case.path).text

    for words in ("log.gz", "Plant", "知立工場", "佐藤 手"):
        assert words in page
    assert "<textarea" not in page


def test_before_anybody_accepted_there_is_nobody_to_release_to(be, app):
    with transaction():
        task = partners.task()
    desk = be(Role.COORDINATOR)

    assert "引き受けた提携事業者にだけ" in desk.get(f"/tasks/{task.id}/releases").text
    for path in ("releases", "consent"):
        assert desk.send(f"/tasks/{task.id}/{path}", {"given": "yes"}).status_code == 404
    assert desk.get(f"/tasks/{task.id}/brief").status_code == 404


class Case:
    """A task of a Japanese partner on a ticket whose member agreed, beside another company's."""

    def __init__(self) -> None:
        self.by = builders.person("coordinator").id
        self.vendor = partners.vendor()
        self.ticket = builders.ticket(company="㈱ヤマダ部品", summary="暗号化された")
        self.task = partners.engaged(self.vendor, self.ticket)
        self.path = f"/tasks/{self.task.id}/releases"
        partners.agreed(self.ticket)
        builders.ticket(company=CANARY)

    def partner(self, be):
        return be(Role.VENDOR, vendor_code=self.vendor.code, name="佐藤 手")

    def release(self, pieces):
        with transaction():
            coordination.release(self.task, self.vendor.id, pieces, by_id=self.by, now=NOON)

    def file(self, app, content: bytes):
        store = FileStore.from_url(app.extensions["hotline.settings"].files_url)
        kept = store.keep(store.draft([content], most_bytes=100))
        with transaction():
            return evidence.receive(
                kept, name="log.gz", media_type="application/gzip",
                subject=f"ticket:{self.ticket.number}", source=Source.VOICEMAIL, by_id=None,
                now=NOON, ticket_id=self.ticket.id,
            )  # fmt: skip


@pytest.fixture
def case(app):
    with transaction():
        return Case()
