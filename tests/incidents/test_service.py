"""Tickets of one cause are linked, advised and moved on together, each as if it were alone."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.errors import Invalid, Missing, Refused
from hotline.incidents import queries, service
from hotline.incidents.service import Step
from hotline.notices.models import Notice
from hotline.notices.rules import Kind
from hotline.tickets import queries as ticket_queries
from hotline.tickets import service as tickets
from hotline.tickets.rules import Spoken, Status
from hotline.timeline import queries as timeline
from hotline.timeline.models import Line
from hotline.timeline.rules import Audience
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON

JA, EN = "VPN装置の電源を切らずにLANから外してください。", "Unplug the VPN device; leave it on."


def test_tickets_are_handled_together_and_only_the_desk_reads_of_it(three):
    one, _, _ = three.tickets
    seen = {
        audience: {line.event for line, _ in timeline.of_ticket(one.id, audience)}
        for audience in (Audience.STAFF, Audience.MEMBER, Audience.VENDOR)
    }

    assert [found.id for found in queries.linked(three.incident.id)] == [
        ticket.id for ticket in three.tickets
    ]
    assert "linked" in seen[Audience.STAFF]
    assert "linked" not in seen[Audience.MEMBER] | seen[Audience.VENDOR]


def test_linking_again_changes_nothing_and_unlinking_can_be_undone(three):
    one = three.tickets[0]
    with transaction():
        again = service.link(three.incident, [one, one], by_id=three.by, now=NOON)
        service.unlink(three.incident, one, by_id=three.by, now=NOON)
        left = queries.of_ticket(one.id)
        back = service.link(three.incident, [one], by_id=three.by, now=NOON)

    assert (again, left, back) == ([], None, [one])
    assert queries.of_ticket(one.id) is three.incident
    with pytest.raises(Missing), transaction():
        service.unlink(three.incident, builders.ticket(), by_id=three.by, now=NOON)


def test_a_ticket_belongs_to_one_incident_and_no_drill_to_a_real_one(three):
    with transaction():
        other = service.open_incident("別件", "", [builders.ticket()], by_id=three.by, now=NOON)
        drill = builders.ticket(drill=True)
        joined = builders.ticket(company="重複社")
        tickets.join(joined, three.tickets[0], by_id=three.by, now=NOON)
    for wanted, said in [
        (three.tickets[0], "another joint incident"),
        (drill, "drill"),
        (joined, "another number"),
    ]:
        with pytest.raises(Refused, match=said), transaction():
            service.link(other, [wanted], by_id=three.by, now=NOON)


def test_everybody_is_advised_by_the_own_safe_way_and_nobody_learns_of_another(three):
    with transaction():
        told = service.broadcast(three.incident, JA, EN, by_id=three.by, now=NOON)
    sent = db.session.scalars(select(Notice).where(Notice.kind == Kind.ADVICE_SENT)).all()
    said = [ticket_queries.said_advice(one.id)[-1] for one in three.tickets]

    assert [one.channels for one in told] == [("sms",), ("mail",), ()]
    assert {(one.ja, one.en, one.said_at) for one in said} == {(JA, EN, NOON)}
    assert {one.facts["number"] for one in sent} == {one.number for one in three.tickets[:2]}
    for own in three.tickets:
        for other in three.tickets:
            if other is not own:
                assert not names(own, other)


def test_what_became_of_it_is_known_for_each_ticket(three):
    with transaction():
        service.broadcast(three.incident, JA, EN, by_id=three.by, now=NOON)
    [sent] = queries.broadcasts(three.incident.id)

    assert [[notice.channel for notice in one.notices] for one in sent.to] == [
        ["sms"],
        ["mail"],
        [],
    ]


def test_a_message_that_is_on_its_way_carries_what_is_said_meanwhile(three):
    first = three.tickets[0]
    with transaction():
        said = Spoken("photo", "do", "写真を撮る", "Take a picture")
        tickets.keep_said(first, said, said_at=NOON, by_id=three.by, now=NOON)
        tickets.send_advice(first, by_id=three.by, now=NOON)
        later = NOON + timedelta(minutes=1)
        told = service.broadcast(three.incident, JA, EN, by_id=three.by, now=later)
    [sent] = queries.broadcasts(three.incident.id)

    assert told[0].channels == ()
    assert [notice.channel for notice in sent.to[0].notices] == ["sms"]


def test_the_same_is_sent_again_only_where_somebody_new_is_told(three):
    with transaction():
        service.broadcast(three.incident, JA, EN, by_id=three.by, now=NOON)
    with pytest.raises(Refused, match="told this already"), transaction():
        service.broadcast(three.incident, JA, EN, by_id=three.by, now=NOON)
    with transaction():
        service.link(three.incident, [builders.ticket()], by_id=three.by, now=NOON)
        told = service.broadcast(three.incident, JA, EN, by_id=three.by, now=NOON)

    assert len(told) == 4
    assert len(queries.broadcasts(three.incident.id)) == 2


def test_who_has_ended_is_not_advised_and_with_nobody_left_it_is_refused(three):
    with transaction():
        for one in three.tickets:
            tickets.go_to(
                one, Status.OUT_OF_SCOPE, referral=three.referral, by_id=three.by, now=NOON
            )

    with pytest.raises(Refused, match="nobody to tell"):
        service.broadcast(three.incident, JA, EN, by_id=three.by, now=NOON)


def test_each_goes_on_by_itself_and_who_cannot_says_why(three):
    first, second, third = three.tickets
    with transaction():
        tickets.go_to(second, Status.COORDINATING, by_id=three.by, now=NOON)
        step = Step(Status.COORDINATING, "同じ装置の調査のため")
        moved = service.move_all(three.incident, [first, second], step, by_id=three.by, now=NOON)
    db.session.expire_all()

    assert [(one.ticket.id, one.problem is None) for one in moved] == [
        (first.id, True),
        (second.id, False),
    ]
    assert (first.status, second.status, third.status) == (
        "coordinating",
        "coordinating",
        "received",
    )
    assert "stands there already" in str(moved[1].problem)


def test_what_a_step_needs_is_said_for_each_ticket(three):
    with transaction():
        moved = service.move_all(
            three.incident, three.tickets, Step(Status.ON_HOLD), by_id=three.by, now=NOON
        )

    assert {str(one.problem) for one in moved} == {"Say why, in a few words."}
    assert {one.status for one in three.tickets} == {"received"}


def test_nothing_chosen_and_a_reason_that_names_somebody_are_refused(three):
    step = Step(Status.ON_HOLD, f"{three.tickets[1].company}を待つため")
    for chosen, wanted, field in [
        ([], Step(Status.HEARING), "tickets"),
        (three.tickets, step, "reason"),
    ]:
        with pytest.raises(Invalid) as refused, transaction():
            service.move_all(three.incident, chosen, wanted, by_id=three.by, now=NOON)

        assert set(refused.value.fields) == {field}


def test_a_closed_incident_stays_as_it_is_until_it_is_opened_again(three):
    for verb in (service.close, service.close, service.reopen, service.reopen, service.close):
        with transaction():
            verb(three.incident, by_id=three.by, now=NOON)
    with pytest.raises(Refused, match="is closed"):
        service.broadcast(three.incident, JA, EN, by_id=three.by, now=NOON)
    with pytest.raises(Refused, match="is closed"):
        service.link(three.incident, [], by_id=three.by, now=NOON)

    assert [one.action for one in audited()].count("incident.closed") == 2
    assert queries.going_on() == []
    assert queries.listed(9) == [(three.incident, 3)]


def test_the_second_of_two_who_say_it_anew_is_sent_back(three):
    read = three.incident.version
    with transaction():
        service.change(three.incident, "VPN", "", version=read, by_id=three.by, now=NOON)

    with pytest.raises(StaleDataError):
        service.change(three.incident, "装置", "", version=read, by_id=three.by, now=NOON)


def test_an_incident_needs_a_ticket_and_what_is_not_there_is_missing(app):
    with pytest.raises(Invalid) as refused:
        service.open_incident("VPN", "", [], by_id=1, now=NOON)
    with pytest.raises(Missing):
        queries.by_id(4711)

    assert set(refused.value.fields) == {"tickets"}
    assert queries.already_linked([]) == set()


def test_the_trail_holds_references_and_no_word_of_it(three):
    with transaction():
        service.broadcast(three.incident, JA, EN, by_id=three.by, now=NOON)
    kept = " ".join(f"{one.subject} {one.detail}" for one in audited())

    assert "VPN" not in kept
    assert not any(one.company in kept for one in three.tickets)


def names(own, other) -> bool:
    """Whether what is kept for ``own`` and shown to its member names ``other``."""
    lines = db.session.scalars(select(Line).where(Line.ticket_id == own.id))
    notices = db.session.scalars(select(Notice).where(Notice.subject == f"ticket:{own.number}"))
    kept = " ".join(str(one.facts) for one in (*lines, *notices))
    return other.number in kept or other.company in kept


def audited() -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


class Three:
    """Three companies hit by one cause: a mobile phone, a mail, and nothing to write to."""

    referral = "police"

    def __init__(self) -> None:
        self.by = builders.person("coordinator").id
        contacts = (
            {"caller_phone": "+819012345678"},
            {"caller_email": "hanako@example.jp"},
            {"caller_phone": "+81566001234"},
        )
        companies = ("株式会社ヤマダ部品", "（株）みなと化成", "有限会社齋藤精機")
        self.tickets = [
            builders.ticket(company=name, **facts)
            for name, facts in zip(companies, contacts, strict=True)
        ]
        self.incident = service.open_incident(
            "VPN装置の欠陥", "VPN装置が原因", self.tickets, by_id=self.by, now=NOON
        )


@pytest.fixture
def three(app) -> Three:
    with transaction():
        return Three()
