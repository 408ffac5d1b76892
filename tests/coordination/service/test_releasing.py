"""Release a fact, replace it, take it back; and only to whom the member has agreed."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.audit import service as audit
from hotline.audit.models import AuditEntry
from hotline.coordination import queries
from hotline.coordination import service as coordination
from hotline.coordination.models import Release, Task
from hotline.coordination.rules import OfferStatus
from hotline.coordination.service import ConsentSaid
from hotline.db import db
from hotline.deadlines.models import Clock
from hotline.errors import Invalid, Missing, Refused
from hotline.evidence import service as evidence
from hotline.evidence.rules import Kept, Source
from hotline.notices import queries as notices
from hotline.notices.rules import Kind, Status
from hotline.tickets.models import Ticket
from hotline.timeline import queries as timeline
from hotline.timeline.rules import Audience, Event
from hotline.transaction import transaction
from tests import builders, partners
from tests.builders import NOON

LATER = NOON + timedelta(minutes=7)
COMPANY = {"company": ("株式会社ヤマダ部品", "Yamada Parts")}


def test_what_is_released_is_seen_as_it_was_and_both_sides_are_on_record(case):
    with transaction():
        made = give(case)
        case.ticket.company = "別の会社"
    (seen,) = queries.seen_by(case.person, case.task, now=NOON)

    assert (seen.ja, seen.en) == COMPANY["company"]
    assert written("release.made") == [(f"release:{made[0].id}", "company")]
    assert [one.piece for one in queries.releases_of(case.task.id, case.vendor.id)] == ["company"]
    assert events(case, Audience.MEMBER) == [Event.RELEASED]
    assert events(case, Audience.VENDOR) == []


def test_new_words_replace_the_old_ones_and_the_same_words_change_nothing(case):
    with transaction():
        for words in (("甲", ""), ("甲", ""), ("乙", "B")):
            give(case, {"site": words})
    record = queries.releases_of(case.task.id, case.vendor.id)

    assert [(one.ja, one.withdrawn_at) for one in record] == [("甲", NOON), ("乙", None)]
    assert [one.ja for one in queries.seen_by(case.person, case.task, now=NOON)] == ["乙"]
    assert events(case, Audience.STAFF) == [Event.RELEASED, Event.RELEASED]


def test_several_releases_within_minutes_are_one_notice_without_case_text(case):
    with transaction():
        for minute, words in enumerate(("甲", "乙", "丙")):
            give(case, {"site": (words, "")}, now=NOON + timedelta(minutes=minute))
    (notice,) = notices.about(f"task:{case.task.id}")

    assert (notice.kind, notice.person_id) == (Kind.RELEASED, case.person.id)
    assert notice.facts == {"number": case.ticket.number, "task": case.task.id}
    assert notice.due_at == NOON + timedelta(minutes=5)


def test_what_is_taken_back_is_gone_at_once_and_nobody_is_told_any_more(case):
    with transaction():
        (made,) = give(case)
        coordination.take_back(made, by_id=case.by, now=NOON)
        coordination.take_back(made, by_id=case.by, now=LATER)

    assert queries.seen_by(case.person, case.task, now=NOON) == []
    assert made.withdrawn_at == NOON
    assert notices.about(f"task:{case.task.id}")[0].status == Status.WITHDRAWN
    assert events(case, Audience.STAFF) == [Event.TAKEN_BACK, Event.RELEASED]


@pytest.mark.parametrize(
    ("country", "general", "asks"),
    [
        ("JP", None, "has not said yet"),
        ("JP", False, "does not want partners"),
        ("DE", True, "in another country"),
    ],
)
def test_without_consent_nothing_is_released_and_the_refusal_says_what_to_ask(
    app, country, general, asks
):
    with transaction():
        case = Case(country=country, general=general)

    with pytest.raises(Refused, match=asks), transaction():
        give(case)
    assert db.session.scalar(select(Release)) is None


def test_a_partner_abroad_sees_after_its_own_consent_and_not_after_its_withdrawal(app):
    with transaction():
        case = Case(country="DE", general=True)
        say(case, given=True, now=NOON)
        give(case)

    assert queries.seen_by(case.person, case.task, now=NOON)
    with transaction():
        say(case, given=False, now=LATER)

    assert queries.seen_by(case.person, case.task, now=LATER) == []
    assert events(case, Audience.STAFF)[0] == Event.PARTNER_CONSENTED
    with pytest.raises(Refused, match="may not be told"), transaction():
        give(case, now=LATER)


def test_a_consent_says_who_said_it_how_and_when_and_the_same_again_is_one_line(case):
    with transaction():
        say(case, given=True, now=NOON)
        say(case, given=True, now=NOON)

    assert events(case, Audience.STAFF) == [Event.PARTNER_CONSENTED]
    assert len(written("ticket.partner_consented")) == 1
    said = ConsentSaid(True, " ", "dream", LATER)
    with pytest.raises(Invalid) as refused:
        coordination.say_consent(case.ticket, case.vendor, said, by_id=case.by, now=NOON)
    assert set(refused.value.fields) == {"said_by", "said_how", "said_at"}


def test_nothing_is_released_to_who_does_not_work_on_the_task(case):
    with transaction():
        other = partners.vendor()
        asked = partners.task(case.ticket)
        partners.offer(asked, case.vendor)

    for task, vendor in ((case.task, other), (asked, case.vendor)):
        with pytest.raises(Refused, match="does not work on this task"):
            coordination.release(task, vendor.id, COMPANY, by_id=case.by, now=NOON)


def test_who_makes_a_price_sees_what_was_released_to_it_until_another_is_chosen(case):
    with transaction():
        first, second = partners.vendor(), partners.vendor()
        task = partners.task(case.ticket, status="accepted")
        for one in (first, second):
            partners.offer(task, one, for_quote=True, status=OfferStatus.ACCEPTED)
            coordination.release(task, one.id, {"site": (one.name, "")}, by_id=case.by, now=NOON)
        people = [partners.somebody_of(one) for one in (first, second)]
    seen = [[row.ja for row in queries.seen_by(one, task, now=NOON)] for one in people]

    assert seen == [[first.name], [second.name]]
    assert {one.id for one in queries.partners_on(task)} == {first.id, second.id}
    with transaction():
        db.session.get_one(Task, task.id).vendor_id = first.id

    assert queries.seen_by(people[1], task, now=NOON) == []


def test_a_file_of_the_ticket_can_be_released_and_one_of_another_cannot(case):
    with transaction():
        files = [file_of(one) for one in (case.ticket, builders.ticket())]
        coordination.release_file(case.task, case.vendor.id, files[0], by_id=case.by, now=NOON)
        again = coordination.release_file(
            case.task, case.vendor.id, files[0], by_id=case.by, now=NOON
        )
    (seen,) = queries.seen_by(case.person, case.task, now=NOON)

    assert (seen.piece, seen.file_id, again) == (f"file:{files[0].id}", files[0].id, [])
    assert queries.files_of([seen]) == {files[0].id: files[0]}
    with pytest.raises(Invalid, match="does not belong"):
        coordination.release_file(case.task, case.vendor.id, files[1], by_id=case.by, now=NOON)
    with pytest.raises(Missing):
        queries.release_by_id(case.task.id + 1, seen.id)


def test_what_other_tasks_brought_can_be_released_under_their_name(case):
    with transaction():
        other = partners.engaged(partners.vendor("pr"), case.ticket, function="pr")
        for task in (other, case.task):
            file = evidence.receive(
                Kept("f" * 64, 1), name=f"{task.function}.pdf", media_type="a/b",
                subject=f"task:{task.id}", source=Source.VOICEMAIL, by_id=None, now=NOON,
                ticket_id=case.ticket.id,
            )  # fmt: skip
            coordination.hand_in(
                task, FIRST[task.function], file_id=file.id, by_id=case.by, now=NOON
            )
    held = queries.files_for(case.task)

    assert [(one.file.name, one.function, one.kind) for one in held] == [
        ("pr.pdf", "pr", FIRST["pr"])
    ]


FIRST = {"pr": "press_text", "forensics": "verdict"}


def test_consent_and_facts_follow_the_number_under_which_the_incident_goes_on(case):
    with transaction():
        living = builders.ticket(company="続く社")
        db.session.get_one(Ticket, case.ticket.id).duplicate_of_id = living.id
        give(case)
        partners.agreed(living, given=False, said_at=LATER)

    assert queries.seen_by(case.person, case.task, now=LATER) == []
    assert {one.words.ja for one in queries.pieces_for(case.ticket)} >= {"続く社"}


def test_clocks_that_run_can_be_released_and_those_that_ended_cannot(case):
    with transaction():
        for kind, status in (("gdpr_72h", "running"), ("appi_final", "met")):
            db.session.add(
                Clock(
                    ticket_id=case.ticket.id, kind=kind, status=status, started_at=NOON,
                    set_at=NOON, due_at=NOON + timedelta(hours=72),
                )
            )  # fmt: skip
    (clocks,) = (one for one in queries.pieces_for(case.ticket) if one.code == "clocks")

    assert clocks.words.en == (
        "GDPR 72 hours: from Wed 4 Nov 2026, 12:00 (Japan time)"
        " until Sat 7 Nov 2026, 12:00 (Japan time), UTC+9"
    )


def test_looks_are_those_of_the_partners_people_alone(case):
    with transaction():
        file = file_of(case.ticket)
        for by_id in (case.by, case.person.id):
            audit.write("read", f"task:{case.task.id}", by_id=by_id, now=NOON)
        evidence.hand_out(file, by_id=case.person.id, now=LATER)
    looks = queries.looks(case.task.id, case.vendor, [file.id])

    assert [(one.at, one.file) for one in looks] == [(LATER, True), (NOON, False)]
    assert looks[0].name == case.person.name


def give(case, pieces=COMPANY, *, now=NOON):
    return coordination.release(case.task, case.vendor.id, pieces, by_id=case.by, now=now)


class Case:
    """A task that a partner does, and somebody who works there."""

    def __init__(self, *, country: str = "JP", general: bool | None = True) -> None:
        self.by = builders.person("coordinator").id
        self.vendor = partners.vendor(country=country)
        self.person = partners.somebody_of(self.vendor)
        self.ticket = builders.ticket(company="試験工業")
        self.task = partners.engaged(self.vendor, self.ticket)
        if general is not None:
            partners.agreed(self.ticket, given=general)


def say(case, *, given, now):
    said = ConsentSaid(given, "邊見さま", "phone", now)
    return coordination.say_consent(case.ticket, case.vendor, said, by_id=case.by, now=now)


def file_of(ticket):
    return evidence.receive(
        Kept("a" * 64, 3), name="log.gz", media_type="application/gzip",
        subject=f"ticket:{ticket.number}", source=Source.VOICEMAIL, by_id=None, now=NOON,
        ticket_id=ticket.id,
    )  # fmt: skip


def written(action):
    entries = select(AuditEntry).where(AuditEntry.action == action)
    found = db.session.scalars(entries.order_by(AuditEntry.id))
    return [(one.subject, one.detail.get("piece")) for one in found]


OURS = {Event.RELEASED, Event.TAKEN_BACK, Event.PARTNER_CONSENTED}


def events(case, viewer):
    told = timeline.of_ticket(case.ticket.id, viewer)
    return [line.event for line, _ in told if line.event in OURS]


@pytest.fixture
def case(app):
    with transaction():
        return Case()
