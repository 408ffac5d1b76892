"""Writing down what the caller says."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.errors import Invalid, Refused
from hotline.followups import queries as followups
from hotline.tickets import queries, service
from hotline.tickets.models import Consent, HearingAnswer, Ticket
from hotline.tickets.rules import Intake, Stale
from hotline.timeline.models import Line
from hotline.timeline.rules import Event
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON

EVERYTHING = Intake(
    case_types=("leak", "ransom"),
    company="㈱ヤマダ部品",
    member_number="JNX-9",
    site="知立工場",
    caller_name="山田 花子",
    caller_kana="ヤマダ ハナコ",
    caller_title="情報システム部 課長",
    caller_phone="0566-00-0014",
    callback_phone="0566-00-0015",
    callback_hours="9時から17時",
    caller_email="hanako@yamada.example",
    safe_phone="052-000-0037",
    safe_email="hanako@home.example",
    company_channels_unsafe=True,
    occurred_at=NOON - timedelta(hours=5),
    discovered_at=NOON - timedelta(hours=1),
    discovered_by="夜勤の担当者",
    summary="サーバーの画面に脅迫文。",
    answers={"ongoing": ["yes"]},
    consents={"sompo_japan": True, "partners": False},
)


def test_everything_that_was_written_down_is_there_again(ticket, save):
    save(EVERYTHING)
    kept = queries.intake_of(ticket)

    assert replace(kept, severity=None) == EVERYTHING
    assert kept.severity == ticket.severity


def test_nothing_is_lost_when_less_is_sent(ticket, save):
    save(EVERYTHING)
    save(replace(EVERYTHING, answers={}, consents={}))

    assert queries.intake_of(ticket).answers == EVERYTHING.answers
    assert queries.intake_of(ticket).consents == EVERYTHING.consents


def test_case_types_are_kept_in_their_new_order(ticket, save):
    save(Intake(case_types=("ransom", "leak")))
    save(Intake(case_types=("leak", "defacement", "ransom")))
    save(Intake(case_types=("leak", "ransom")))
    db.session.expire_all()

    assert ticket.case_types == ["leak", "ransom"]


def test_an_answer_knows_who_heard_it_and_when(ticket, save, operator):
    save(Intake(answers={"ongoing": ["yes"], "jnx_link": ["no"]}))
    later = NOON + timedelta(minutes=5)
    save(Intake(answers={"ongoing": ["no"], "jnx_link": ["no"]}), now=later)
    heard = {row.question: row.answered_at for row in db.session.scalars(select(HearingAnswer))}

    assert heard == {"ongoing": later, "jnx_link": NOON}
    assert set(db.session.scalars(select(HearingAnswer.answered_by_id))) == {operator.id}


def test_an_answer_that_is_emptied_is_no_answer(ticket, save):
    save(Intake(answers={"ongoing": ["yes"]}))
    save(Intake(answers={"ongoing": []}))

    assert db.session.scalar(select(func.count()).select_from(HearingAnswer)) == 0


def test_a_consent_knows_who_asked_and_when(ticket, save, operator):
    save(EVERYTHING)
    said = {row.recipient: row for row in db.session.scalars(select(Consent))}

    assert {name: row.given for name, row in said.items()} == EVERYTHING.consents
    assert {(row.said_at, row.asked_by_id) for row in said.values()} == {(NOON, operator.id)}


CONSENTS = [
    ([True], ["yes"]),
    ([False], ["no"]),
    ([True, False], ["yes", "withdrawn"]),
    ([False, True], ["no", "yes"]),
    ([True, None], ["yes", "unasked"]),
    ([True, True], ["yes"]),
    ([None], []),
]


@pytest.mark.parametrize(("given", "told"), CONSENTS)
def test_each_change_of_a_consent_is_in_the_story(ticket, save, story, given, told):
    for one in given:
        save(Intake(consents={"partners": one}))
    lines = [line.facts for line in story(Event.CONSENTED)]

    assert [facts["answer"] for facts in lines] == told
    assert {facts["recipient"] for facts in lines} <= {"partners"}


def test_a_withdrawn_consent_keeps_its_row_with_the_new_time(ticket, save):
    save(Intake(consents={"partners": True}))
    later = NOON + timedelta(hours=1)
    save(Intake(consents={"partners": False}), now=later)
    consent = db.session.scalars(select(Consent)).one()

    assert (consent.given, consent.said_at) == (False, later)


def test_the_name_of_a_known_company_comes_along(ticket, save):
    with transaction():
        builders.member("JNX-9", name="㈱ヤマダ部品")
    save(Intake(member_number="JNX-9"))

    assert ticket.company == "㈱ヤマダ部品"


def test_what_was_said_of_the_company_stands(ticket, save):
    with transaction():
        builders.member("JNX-9", name="㈱ヤマダ部品")
    save(Intake(member_number="JNX-9", company="ヤマダ 第二工場"))

    assert ticket.company == "ヤマダ 第二工場"


def test_an_unknown_number_of_a_company_is_taken_as_it_was_said(ticket, save):
    save(Intake(member_number="たぶん 1001"))

    assert (ticket.member_number, ticket.company) == ("たぶん 1001", "")


def test_a_ticket_is_found_by_what_was_written_down(ticket, save):
    save(EVERYTHING)

    assert ticket.company_key
    assert ticket.phone_key == "0566000014"
    assert (ticket.callback_key, ticket.safe_key) == ("0566000015", "0520000037")
    assert len(ticket.search_text) > len(EVERYTHING.summary)


def test_the_second_of_two_savers_is_told_and_loses_nothing(ticket, save):
    seen = ticket.version
    save(Intake(company="確認工業"))
    with pytest.raises(Stale):
        save(Intake(company="検証工業"), version=seen)

    assert queries.intake_of(ticket).company == "確認工業"


def test_the_same_form_sent_twice_is_saved_once(ticket, save):
    seen = ticket.version
    save(EVERYTHING)
    save(EVERYTHING, version=seen)

    assert ticket.version == seen + 1


def test_a_step_of_the_workflow_sends_no_typing_back(ticket, save, operator):
    seen = ticket.version
    with transaction():
        service.go_to(ticket, "hearing", by_id=operator.id, now=NOON)
    save(EVERYTHING, version=seen)

    assert ticket.company == EVERYTHING.company


def test_who_saved_last_and_when_is_known(ticket, save, operator):
    save(EVERYTHING)

    assert (ticket.changed_at, ticket.changed_by_id) == (NOON, operator.id)


def test_what_cannot_be_used_saves_nothing(ticket, save):
    with pytest.raises(Invalid):
        save(Intake(company="確認工業", safe_email="x"))
    db.session.expire_all()

    assert (ticket.company, ticket.version) == ("", 1)


def test_a_ticket_that_was_joined_is_written_down_under_the_other_number(ticket, save, operator):
    with transaction():
        service.join(ticket, builders.ticket(), by_id=operator.id, now=NOON)

    with pytest.raises(Refused, match="another number"):
        save(EVERYTHING)


def test_a_mistake_can_be_corrected_after_the_end(ticket, save, operator, close):
    close(ticket)
    save(Intake(company="確認工業"))

    assert (ticket.company, ticket.status) == ("確認工業", "closed")


def test_the_story_tells_what_was_written_in_one_sitting_once(ticket, save, story):
    for minutes in (0, 5, 14):
        save(Intake(summary=f"{minutes}分後"), now=NOON + timedelta(minutes=minutes))
    save(Intake(summary="次の日"), now=NOON + timedelta(days=1))

    assert [line.at for line in story(Event.FILLED)] == [NOON, NOON + timedelta(days=1)]


def test_another_person_writing_is_a_line_of_its_own(ticket, save, story):
    save(Intake(summary="一"))
    with transaction():
        other = builders.person("operator")
    save(Intake(summary="二"), by=other)

    assert len(story(Event.FILLED)) == 2


def test_new_case_types_are_a_line_for_the_member_too(ticket, save, story):
    save(Intake(case_types=("leak",)))
    save(Intake(case_types=("leak",), company="確認工業"))
    [line] = story(Event.TYPED)

    assert (line.facts, line.audience) == ({"case_types": ["leak"]}, "member")


def test_the_trail_names_fields_and_never_what_stands_in_them(ticket, save):
    save(EVERYTHING)
    query = select(AuditEntry).where(AuditEntry.subject == f"ticket:{ticket.number}")
    entries = list(db.session.scalars(query.where(AuditEntry.action != "ticket.opened")))
    filled = next(one for one in entries if one.action == "ticket.filled")

    assert {"company", "case_types", "answers.ongoing", "consents.partners"} <= set(
        filled.detail["fields"]
    )
    assert not any("ヤマダ" in str(one.detail) for one in entries)


def test_saving_what_is_there_already_writes_no_line(ticket, save, story):
    save(EVERYTHING)
    before = len(story())
    save(EVERYTHING)

    assert len(story()) == before


def test_saving_takes_the_same_number_of_statements_however_long_the_story(save, statements):
    save(EVERYTHING)
    with statements() as few:
        save(replace(EVERYTHING, summary="二"))
    for turn in range(5):
        save(replace(EVERYTHING, summary=str(turn)))
    with statements() as many:
        save(replace(EVERYTHING, summary="三"))

    assert len(few) == len(many) <= 16


def test_the_caller_is_told_as_soon_as_there_is_a_safe_way(ticket, save):
    assert save(Intake(company="確認工業")) == []
    assert save(Intake(company="確認工業", safe_email="hanako@home.example")) == ["mail"]


def test_open_promises_get_the_grace_of_the_new_severity(ticket, save):
    before = followups.of_ticket(ticket.id)[0].take_up_by
    save(Intake(case_types=("leak",), severity="p1"))
    db.session.expire_all()

    assert followups.of_ticket(ticket.id)[0].take_up_by < before


@pytest.fixture
def operator(app):
    with transaction():
        return builders.person("operator")


@pytest.fixture
def ticket(app) -> Ticket:
    with transaction():
        return builders.ticket(case_types=())


@pytest.fixture
def save(ticket, operator):
    """``save(intake)`` saves it as the operator who has just read the ticket."""

    def fill(intake, *, version=None, by=operator, now=NOON):
        with transaction():
            seen = db.session.scalar(select(Ticket.version).where(Ticket.id == ticket.id))
            return service.fill_in(ticket, intake, version=version or seen, by=by, now=now)

    return fill


@pytest.fixture
def story(ticket):
    """``story(event)`` is the lines of the ticket, the oldest first."""

    def lines(event=None):
        query = select(Line).where(Line.ticket_id == ticket.id).order_by(Line.at, Line.id)
        return [line for line in db.session.scalars(query) if event in (None, line.event)]

    return lines


@pytest.fixture
def close(operator):
    """``close(ticket)`` keeps its promise and closes it."""

    def end(ticket):
        with transaction():
            service.keep_promise(builders.promise_of(ticket), by_id=operator.id, now=NOON)
            service.go_to(ticket, "closed", by_id=operator.id, now=NOON)

    return end
