"""The portal of partners: their own tasks, whose turn it is, and nothing of anybody else."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.coordination.models import (
    CostLine,
    Deliverable,
    Milestone,
    Offer,
    Release,
    Task,
    VendorConsent,
    WorkEntry,
)
from hotline.coordination.rules import TaskStatus
from hotline.db import db
from hotline.evidence.models import Custody
from hotline.tickets.models import Ticket
from hotline.timeline import service as timeline
from hotline.timeline.rules import Audience, Event
from hotline.transaction import transaction
from hotline.vendors.models import Vendor
from tests import builders, partners
from tests.builders import NOON
from tests.web.conftest import Browser

SAID = {"ja": "発注の段", "en": "the order"}
SOON = NOON + timedelta(minutes=18)


# The first page


def test_the_start_page_leads_partners_to_their_tasks(portal):
    answer = portal.browser.get("/")

    assert answer.headers["Location"] == "/partner"


def test_what_is_asked_comes_first_with_the_time_to_answer(portal):
    portal.ask()
    page = portal.home()

    assert "1件のご回答をお待ちしています" in page
    assert "きょう 13:00" in page
    assert "あと 42分" in page


def test_tasks_stand_under_whose_turn_it_is_the_late_ones_first(portal):
    portal.engage(status="in_progress", due_at=NOON + timedelta(days=3), function="pr")
    portal.engage(status="in_progress", due_at=NOON)
    portal.engage(status="delivered", function="legal")
    ours, _, theirs = portal.home().partition("窓口の番")

    assert ours.index("フォレンジック調査") < ours.index("広報")
    assert "is-late" in ours
    assert "納品物を確認しています" in theirs


def test_an_exercise_is_marked_and_never_late(portal):
    portal.engage(status="in_progress", due_at=NOON)
    portal.change(Ticket, drill=True)
    page = portal.home()

    assert "訓練" in page
    assert "遅れ" not in page


@pytest.mark.parametrize(
    "facts", [{"withdrawn_at": NOON}, {"contract_to": NOON.date() - timedelta(days=1)}], ids=str
)
def test_who_is_no_partner_any_more_sees_nothing(portal, facts):
    portal.engage()
    portal.change(Vendor, **facts)

    assert portal.look().status_code == 404
    assert "フォレンジック" not in portal.home()


# What of a task is seen


def test_before_the_answer_the_brief_alone_is_seen(portal):
    portal.ask(scope="証拠保全をお願いします")
    portal.release("company", "確認工業")
    page = portal.look().text

    assert "証拠保全をお願いします" in page
    assert "確認工業" not in page
    assert "やり取り" not in page


def test_what_was_released_is_seen_after_the_answer_and_every_look_is_on_record(portal):
    portal.engage()
    release = portal.release("company", "確認工業")
    page = portal.look().text
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "read").order_by(AuditEntry.id.desc())
    ).first()

    assert "確認工業" in page
    assert (entry.subject, entry.detail) == (f"task:{portal.task_id}", {"releases": [release]})


def test_a_consent_that_was_taken_back_is_said_in_place_of_what_was_released(portal):
    portal.engage()
    portal.release("company", "確認工業")
    with transaction():
        db.session.scalars(select(VendorConsent)).one().given = False
    page = portal.look().text

    assert "確認工業" not in page
    assert "会員が同意を取り消されたため" in page
    assert "まだ開示された情報はありません" not in page


def test_the_story_of_the_task_alone_is_told_and_names_nobody_of_another_partner(portal):
    portal.engage()
    with transaction():
        before = partners.somebody_of(partners.vendor())
        before.name = "前任 次郎"
        about = {"at": NOON, "audience": Audience.VENDOR, "person_id": before.id}
        portal.tell(
            Event.MILESTONE_REACHED, function="forensics", milestone=SAID, subject="task", **about
        )
        portal.tell(Event.NOTED, text="秘密の経緯", subject="", **about)
        db.session.add(
            WorkEntry(
                task_id=portal.task_id,
                body="前任の作業",
                done_at=NOON,
                written_at=NOON,
                written_by_id=before.id,
            )
        )
    page = portal.look().text

    assert "発注の段" in page
    assert not any(words in page for words in ("前任", "秘密の経緯"))


def test_another_partners_task_answers_like_none(portal):
    portal.engage()
    own, portal.browser = portal.browser, portal.stranger()
    foreign, missing = portal.look(), portal.browser.get("/partner/tasks/2000000000")
    steps = [portal.send("step", to="delivered"), portal.send("quote", item="x")]

    assert {one.status_code for one in (foreign, missing, *steps)} == {404}
    assert foreign.data == missing.data
    assert own.get(f"/partner/tasks/{portal.task_id}").status_code == 200


# The answer


def test_taking_it_on_leads_to_the_task_and_twice_is_once(portal):
    offer_id = portal.ask()
    first, second = (portal.answer(offer_id, answer="accept") for _ in range(2))
    offer = db.session.get(Offer, offer_id, populate_existing=True)

    assert (first.status_code, second.status_code) == (303, 303)
    assert (offer.status, offer.answered_by, offer.person_id) == (
        "accepted",
        "portal",
        portal.person_id,
    )


def test_declining_needs_a_reason(portal):
    offer_id = portal.ask()
    empty = portal.answer(offer_id, answer="decline")
    neither = portal.answer(offer_id)
    given = portal.answer(offer_id, answer="decline", reason="schedule")

    assert (empty.status_code, neither.status_code, given.status_code) == (422, 422, 303)
    assert db.session.get(Offer, offer_id, populate_existing=True).status == "declined"


def test_an_answer_after_the_time_is_refused(portal):
    offer_id = portal.ask(reply_by=SOON)
    answer = portal.answer(offer_id, answer="accept")

    assert answer.status_code == 409
    assert db.session.get(Offer, offer_id, populate_existing=True).status == "offered"


# The work


def test_the_steps_of_a_partner_are_made_and_no_others(portal):
    portal.engage(status="approved")
    begun = portal.send("step", to="in_progress")
    checked = portal.send("step", to="checked")
    empty = portal.send("step", to="delivered")

    assert (begun.status_code, portal.task().status) == (303, "in_progress")
    assert (checked.status_code, empty.status_code) == (409, 409)
    assert portal.send("step", to="nowhere").status_code == 422


def test_beginning_without_charge_needs_a_reason(portal):
    portal.engage(status="accepted")
    without = portal.send("step", to="in_progress")
    given = portal.send("step", to="in_progress", reason="初回の相談は無償")

    assert (without.status_code, given.status_code) == (422, 303)


def test_work_is_logged_and_a_milestone_reached(portal):
    portal.engage(status="in_progress")
    with transaction():
        db.session.add(Milestone(task_id=portal.task_id, code="preserved"))
    logged = portal.send("log", body="ディスクを複製", minutes="90")
    wrong = portal.send("log", body="x", minutes="1時間")
    reached = portal.send("milestones", code="preserved")
    page = portal.look().text

    assert (logged.status_code, wrong.status_code, reached.status_code) == (303, 422, 303)
    assert "ディスクを複製" in page
    assert db.session.scalars(select(Milestone.reached_at)).one() == SOON


def test_a_file_is_handed_in_and_handed_out_as_it_came(portal):
    portal.engage(status="in_progress")
    report = (io.BytesIO(b"%PDF-1.7 report"), "報告書.pdf")
    answer = portal.send("deliverables", kind="final_report", file=report)
    made = db.session.scalars(select(Deliverable)).one()
    fetched = portal.send(f"deliverables/{made.id}/file")

    assert answer.status_code == 303
    assert fetched.data == b"%PDF-1.7 report"
    assert fetched.headers["Content-Disposition"].startswith("attachment")
    fetched.close()
    touches = db.session.scalars(select(Custody.touch).order_by(Custody.id)).all()
    assert touches == ["received", "sent"]


def test_what_another_partner_handed_in_before_is_nobodys_here(portal):
    portal.engage(status="in_progress")
    with transaction():
        before = partners.somebody_of(partners.vendor())
        given = {"kind": "other", "note": "前任の資料", "handed_in_at": NOON}
        made = Deliverable(task_id=portal.task_id, handed_in_by_id=before.id, **given)
        db.session.add(made)
        db.session.flush()
        deliverable = made.id

    assert "前任" not in portal.look().text
    assert portal.send(f"deliverables/{deliverable}/file").status_code == 404
    assert portal.send("deliverables/2000000000/file").status_code == 404


def test_what_the_desk_wrote_and_kept_of_an_earlier_partner_is_nobodys_here(portal):
    portal.engage(status="in_progress")
    with transaction():
        desk, before = builders.person("coordinator").id, NOON - timedelta(days=1)
        at, by = {"done_at": before, "written_at": before}, {"written_by_id": desk}
        kept = {"kind": "other", "handed_in_at": before, "handed_in_by_id": desk}
        made = Deliverable(task_id=portal.task_id, note="前任の報告書", **kept)
        db.session.add(made)
        db.session.add(WorkEntry(task_id=portal.task_id, body="前任と電話", **at, **by))
        about = {"at": before, "audience": Audience.VENDOR, "person_id": desk}
        step = {"function": "forensics", "task_status": "returned", "reason": "前任の不備"}
        portal.tell(Event.TASK_MOVED, subject="task", **step, **about)
        db.session.flush()
        deliverable = made.id
    page = portal.look()

    assert (page.status_code, "前任" in page.text) == (200, False)
    assert portal.send(f"deliverables/{deliverable}/file").status_code == 404


def test_who_does_it_again_finds_what_its_own_people_wrote_before(portal):
    portal.engage(status="in_progress")
    with transaction():
        before, by = NOON - timedelta(days=1), {"written_by_id": portal.person_id}
        at = {"done_at": before, "written_at": before}
        db.session.add(WorkEntry(task_id=portal.task_id, body="前回の作業", **at, **by))

    assert "前回の作業" in portal.look().text


def test_what_is_lacking_stands_first_while_it_is_to_be_done_again(portal):
    portal.engage(status="returned")
    step = {"function": "forensics", "task_status": "returned", "reason": "時系列が足りません"}
    with transaction():
        portal.tell(
            Event.TASK_MOVED,
            subject="task",
            **step,
            at=SOON,
            audience=Audience.VENDOR,
            person_id=None,
        )
    page = portal.look().text

    assert page.index("時系列が足りません") < page.index("お願いする内容")


def test_nothing_handed_in_is_asked_for_again(portal):
    portal.engage(status="in_progress")

    assert portal.send("deliverables", kind="final_report").status_code == 422
    assert portal.send("deliverables", kind="poem", note="x").status_code == 422


def test_an_estimate_is_written_changed_and_taken_back(portal):
    portal.engage(status="accepted")
    typed = {"item": "PC 調査", "unit": "device", "quantity": "2", "tax_mode": "excluded"}
    added = portal.send("quote", **typed, unit_price_yen="2,500,000")
    line, version = db.session.execute(select(CostLine.id, CostLine.version)).one()
    changed = portal.send(f"quote/{line}", **typed, unit_price_yen="2", version=version)
    stale = portal.send(f"quote/{line}", **typed, unit_price_yen="3", version=version)
    dropped = portal.send(f"quote/{line}/drop")

    assert (added.status_code, changed.status_code, stale.status_code) == (303, 303, 409)
    assert (dropped.status_code, portal.task().status) == (303, "estimating")
    assert portal.send("quote", item="").status_code == 422


def test_who_only_makes_an_estimate_neither_works_nor_hands_in(portal):
    portal.ask(for_quote=True, status="accepted", answered_at=NOON)

    assert portal.look().status_code == 200
    assert portal.send("log", body="x").status_code == 404
    assert portal.send("deliverables", kind="other", note="x").status_code == 404


class Portal:
    """A partner, somebody who works there, and one ticket."""

    def __init__(self, be, at) -> None:
        self.be, self.at = be, at
        self.browser: Browser = be("vendor")
        with transaction():
            self.person_id = self.browser.person.id
            self.ticket_id = builders.ticket(company="確認工業").id
            vendor = partners.vendor("forensics", "pr", "legal")
            self.vendor_id, db.session.merge(self.browser.person).vendor_code = (
                vendor.id,
                vendor.code,
            )
        self.task_id = 0

    def stranger(self) -> Browser:
        other = self.be("vendor")
        with transaction():
            db.session.merge(other.person).vendor_code = partners.vendor().code
        return other

    def ask(self, *, scope="", **facts) -> int:
        with transaction():
            on = db.session.get(Ticket, self.ticket_id)
            task = partners.task(on, status=TaskStatus.OFFERED, scope=scope)
            self.task_id = task.id
            vendor = db.session.get(Vendor, self.vendor_id)
            return partners.offer(task, vendor, **facts).id

    def engage(self, **facts) -> None:
        self.ask(status="accepted", answered_at=NOON, engaged_at=NOON)
        with transaction():
            task = db.session.get(Task, self.task_id)
            task.status, task.vendor_id = "accepted", self.vendor_id
            for name, value in facts.items():
                setattr(task, name, value)

    def release(self, piece: str, words: str) -> int:
        with transaction():
            keys = {"ticket_id": self.ticket_id, "vendor_id": self.vendor_id}
            said = {"said_by": "社長", "said_how": "phone", "asked_by_id": 1}
            db.session.add(VendorConsent(**keys, given=True, said_at=NOON, **said))
            made = Release(
                task_id=self.task_id,
                vendor_id=self.vendor_id,
                piece=piece,
                ja=words,
                released_at=NOON,
                released_by_id=1,
            )
            db.session.add(made)
            db.session.flush()
            return made.id

    def tell(self, event, *, subject, at, audience, person_id, **facts) -> None:
        about = f"task:{self.task_id}" if subject else ""
        by = {"by_id": person_id, "audience": audience}
        timeline.write(self.ticket_id, event, at=at, subject=about, facts=facts, **by)

    def change(self, what, **facts) -> None:
        with transaction():
            ids = {Ticket: self.ticket_id, Vendor: self.vendor_id}
            found = db.session.get(what, ids[what])
            for name, value in facts.items():
                setattr(found, name, value)

    def task(self) -> Task:
        return db.session.get(Task, self.task_id, populate_existing=True)

    def home(self) -> str:
        with self.at(SOON):
            return self.browser.get("/partner").text

    def look(self):
        with self.at(SOON):
            return self.browser.get(f"/partner/tasks/{self.task_id}")

    def send(self, what, **fields):
        with self.at(SOON):
            return self.browser.send(f"/partner/tasks/{self.task_id}/{what}", fields)

    def answer(self, offer_id, **fields):
        with self.at(SOON):
            return self.browser.send(f"/partner/offers/{offer_id}", fields)


@pytest.fixture
def portal(app, be, at):
    with at(NOON):
        return Portal(be, at)
