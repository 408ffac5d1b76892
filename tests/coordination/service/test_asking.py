"""Whom of a partner we ring, who is asked next, and when people are alarmed."""

from datetime import datetime, timedelta

import pytest

from hotline.coordination import queries, service
from hotline.db import db
from hotline.errors import Invalid, Refused
from hotline.notices import queries as notices
from hotline.notices.rules import LEAD, TEAM, Kind
from hotline.tickets.models import Ticket
from hotline.timeline import queries as timeline
from hotline.timeline.rules import Audience
from hotline.vendors.models import Conflict
from tests import builders, partners
from tests.builders import NOON

HOUR, PAUSE = timedelta(hours=1), timedelta(minutes=5)
DAYTIME = {"round_the_clock": False, "weekly": [[["09:00", "18:00"]]] * 5 + [[], []]}
EVENING = datetime.fromisoformat("2026-11-04T20:00:00+09:00")
MORNING = datetime.fromisoformat("2026-11-05T09:00:00+09:00")


def test_the_partner_has_the_time_it_agreed_to_in_its_own_hours(task, desk):
    daytime = partners.vendor(**DAYTIME)
    offer = service.offer(task, daytime, by_id=desk.id, now=EVENING + timedelta(seconds=30))

    assert (offer.status, offer.reply_by) == ("offered", MORNING + HOUR)
    assert task.status == "offered"


def test_the_first_contact_is_told_by_all_its_ways_and_the_next_after_a_pause(task, desk):
    vendor = partners.vendor()
    first, second = (partners.contact(vendor, position=number) for number in (1, 2))
    offer = ask(task, vendor, desk)
    wakes = [offer.wake_at]
    service.look_after(offer.id, now=NOON + PAUSE)

    assert told(offer) == sorted(
        (f"contact:{one.id}", way) for one in (first, second) for way in ("mail", "voice")
    )
    assert [*wakes, offer.wake_at] == [NOON + PAUSE, offer.reply_by]


def test_by_night_nobody_is_rung_who_may_not_be_and_the_rest_in_the_morning(task, desk):
    vendor = partners.vendor(**DAYTIME)
    partners.contact(vendor, at_any_hour=False)
    offer = ask(task, vendor, desk, now=EVENING)
    by_night = told(offer)
    early = service.look_after(offer.id, now=MORNING - timedelta(seconds=1))
    service.look_after(offer.id, now=MORNING)

    assert (by_night, early, offer.wake_at) == ([], False, offer.reply_by)
    assert {way for _, way in told(offer)} == {"mail", "voice"}


def test_whoever_may_be_rung_at_any_hour_is_rung_by_night(task, desk):
    vendor = partners.vendor(**DAYTIME)
    partners.contact(vendor, position=1, at_any_hour=False)
    awake = partners.contact(vendor, position=2)
    offer = ask(task, vendor, desk, now=EVENING)

    assert {one for one, _ in told(offer)} == {f"contact:{awake.id}"}
    assert offer.wake_at == MORNING


def test_a_partner_without_contacts_is_told_in_its_accounts(task, desk):
    vendor = partners.vendor()
    somebody = partners.somebody_of(vendor)
    partners.contact(vendor, channels=["voice"], verified_at=None)
    offer = ask(task, vendor, desk)
    (notice,) = notices.about(f"offer:{offer.id}")

    assert (notice.person_id, notice.channel, notice.kind) == (somebody.id, "mail", Kind.OFFER)
    assert offer.wake_at == offer.reply_by


def test_a_drill_is_told_by_mail_alone(desk):
    vendor = partners.vendor()
    partners.contact(vendor)
    offer = ask(partners.task(builders.ticket(drill=True)), vendor, desk)

    assert [way for _, way in told(offer)] == ["mail"]


def test_a_contact_that_was_not_reached_is_passed_over_at_once(task, desk):
    vendor = partners.vendor()
    first, second = (partners.contact(vendor, position=number) for number in (1, 2))
    offer = ask(task, vendor, desk)
    service.pass_over_contact(offer.id, second.id, now=NOON)
    untouched = offer.wake_at
    service.pass_over_contact(offer.id, first.id, now=NOON)
    service.pass_over_contact(9999, first.id, now=NOON)

    assert (untouched, offer.wake_at) == (NOON + PAUSE, NOON)


def test_silence_is_followed_by_the_next_and_the_coordinator_is_told(task, desk):
    first, second = partners.vendor(), partners.vendor()
    offer = ask(task, first, desk)
    waiting = service.queue(task, second, by_id=desk.id, now=NOON)
    before = waiting.status
    service.look_after(offer.id, now=offer.reply_by)

    assert (before, offer.status, waiting.status) == ("queued", "expired", "offered")
    assert waiting.reply_by == offer.reply_by + HOUR
    assert kinds_about(task) == [Kind.OFFER_SILENT]


def test_a_worker_looks_twice_and_does_it_once(task, desk):
    offer = ask(task, partners.vendor(), desk)
    looked = [service.look_after(offer.id, now=offer.reply_by) for _ in range(2)]

    assert looked == [True, False]
    assert service.look_after(9999, now=NOON) is False


def test_when_nobody_is_left_people_are_alarmed_until_somebody_is_asked(task, desk):
    offer = ask(task, partners.vendor(), desk)
    service.look_after(offer.id, now=offer.reply_by)
    alarmed = {
        (one.audience, one.channel)
        for one in notices.about(f"task:{task.id}")
        if one.kind == Kind.NOBODY_LEFT
    }
    stood = (task.status, task.nobody_left_at)
    ask(task, partners.vendor(), desk, now=offer.reply_by)

    assert alarmed == {(who, way) for who in (TEAM, LEAD) for way in ("mail", "sms")}
    assert stood == ("drafted", offer.reply_by)
    assert (task.status, task.nobody_left_at) == ("offered", None)


def test_a_drill_alarms_only_who_runs_it(desk):
    task = partners.task(builders.ticket(drill=True))
    offer = ask(task, partners.vendor(), desk)
    service.look_after(offer.id, now=offer.reply_by)
    audiences = {
        one.audience for one in notices.about(f"task:{task.id}") if one.kind == Kind.NOBODY_LEFT
    }

    assert audiences == {"responsible"}


def test_nobody_in_line_reads_a_name_that_became_known_meanwhile(task, desk):
    task.scope = "照会工業のサーバー"
    offer = ask(task, partners.vendor(), desk)
    queued = service.queue(task, partners.vendor(), by_id=desk.id, now=NOON)
    db.session.get_one(Ticket, task.ticket_id).company = "照会工業"
    service.look_after(offer.id, now=offer.reply_by)

    assert (queued.status, queued.offered_at) == ("withdrawn", None)
    assert task.nobody_left_at == offer.reply_by


def test_what_the_desk_takes_back_alarms_nobody(task, desk):
    offer = ask(task, partners.vendor(), desk)
    service.withdraw_offer(offer, reason="重複", by_id=desk.id, now=NOON)

    assert (offer.status, task.status, task.nobody_left_at) == ("withdrawn", "drafted", None)
    assert kinds_about(task) == []


def test_whoever_was_told_is_thanked_when_it_is_taken_back(task, desk):
    vendor = partners.vendor()
    partners.contact(vendor, channels=["voice", "mail", "sms"])
    offer = ask(task, vendor, desk)
    service.withdraw_offer(offer, reason="重複", by_id=desk.id, now=NOON)
    sent = {(one.kind, one.channel, one.status) for one in notices.about(f"offer:{offer.id}")}

    assert {(way, status) for kind, way, status in sent if kind == Kind.OFFER_LOST} == {
        ("mail", "waiting"),
        ("sms", "waiting"),
    }
    assert {status for kind, _, status in sent if kind == Kind.OFFER} == {"withdrawn"}


def test_a_place_in_line_is_taken_back_without_a_word(task, desk):
    ask(task, partners.vendor(), desk)
    queued = service.queue(task, partners.vendor(), by_id=desk.id, now=NOON)
    lines = len(story(task))
    service.withdraw_offer(queued, reason="重複", by_id=desk.id, now=NOON)

    assert queued.status == "withdrawn"
    assert len(story(task)) == lines


def test_who_left_meanwhile_is_skipped_and_whoever_is_asked_then_is_not_rung(task, desk):
    first, gone, third = (partners.vendor() for _ in range(3))
    offer = ask(task, first, desk)
    skipped, last = (service.queue(task, one, by_id=desk.id, now=NOON) for one in (gone, third))
    gone.withdrawn_at = third.withdrawn_at = NOON
    third.withdrawn_at = None
    service.look_after(offer.id, now=offer.reply_by)
    third.withdrawn_at = offer.reply_by
    service.look_after(last.id, now=last.reply_by - timedelta(seconds=1))
    still = last.status
    last.wake_at = last.offered_at
    service.look_after(last.id, now=last.offered_at)

    assert (skipped.status, still, last.status) == ("withdrawn", "offered", "withdrawn")
    assert task.nobody_left_at == last.offered_at


def test_the_line_waits_while_somebody_else_may_still_take_it(task, desk):
    offers = [ask(task, partners.vendor(), desk) for _ in range(2)]
    queued = service.queue(task, partners.vendor(), by_id=desk.id, now=NOON)
    statuses = []
    for one in offers:
        service.withdraw_offer(one, reason="重複", by_id=desk.id, now=NOON)
        statuses.append(queued.status)

    assert statuses == ["queued", "offered"]


def test_an_estimate_that_drops_out_is_replaced_at_once(task, desk):
    first, second, third = (partners.vendor() for _ in range(3))
    offers = [ask(task, one, desk, for_quote=True) for one in (first, second)]
    queued = service.queue(task, third, for_quote=True, by_id=desk.id, now=NOON)
    service.withdraw_offer(offers[0], reason="重複", by_id=desk.id, now=NOON)

    assert queued.status == "offered"


def test_somebody_in_line_is_asked_out_of_turn(task, desk):
    first, second = partners.vendor(), partners.vendor()
    ask(task, first, desk)
    queued = service.queue(task, second, by_id=desk.id, now=NOON)
    asked = ask(task, second, desk, overruled="急ぎ", ranked={"position": 2})

    assert (asked.id, asked.status, asked.overruled) == (queued.id, "offered", "急ぎ")
    assert asked.ranked == {"position": 2}


def test_everything_a_partner_was_asked_is_taken_back_when_it_leaves(task, desk):
    leaving, other = partners.vendor(), partners.vendor()
    first = ask(task, leaving, desk)
    second = service.queue(partners.task(), leaving, by_id=desk.id, now=NOON)
    follower = service.queue(task, other, by_id=desk.id, now=NOON)
    back = service.withdraw_offers_of(leaving.id, reason="解約", by_id=desk.id, now=NOON)

    assert back == [first, second]
    assert [one.status for one in (first, second, follower)] == [
        "withdrawn",
        "withdrawn",
        "offered",
    ]


@pytest.mark.parametrize(
    ("vendor", "task_facts"),
    [
        ({"withdrawn_at": NOON}, {}),
        ({"contract_to": NOON.date() - timedelta(days=1)}, {}),
        ({}, {"function": "pr"}),
        ({}, {"status": "accepted"}),
        ({}, {"status": "closed"}),
    ],
)
def test_who_cannot_be_asked_is_not_asked(writing, desk, vendor, task_facts):
    task = partners.task(**task_facts)

    for verb in (service.offer, service.queue):
        with pytest.raises(Refused):
            verb(task, partners.vendor(**vendor), by_id=desk.id, now=NOON)
    assert queries.offers_of([task.id]) == []


def test_who_works_for_the_other_side_is_never_asked(writing, desk):
    ticket, vendor = builders.ticket(company="確認工業"), partners.vendor()
    facts = {"company": ticket.company, "company_key": ticket.company_key, "reason": "顧問先"}
    db.session.add(Conflict(vendor_id=vendor.id, noted_at=NOON, **facts))
    db.session.flush()

    with pytest.raises(Refused):
        ask(partners.task(ticket), vendor, desk)


def test_who_was_asked_or_stands_in_line_or_estimates_is_not_asked_again(task, desk):
    asked, quoting, queued = (partners.vendor() for _ in range(3))
    ask(task, asked, desk)
    partners.offer(task, quoting, status="accepted", for_quote=True)
    service.queue(task, queued, by_id=desk.id, now=NOON)

    for verb, vendor in ((service.offer, asked), (service.offer, quoting), (service.queue, queued)):
        with pytest.raises(Refused):
            verb(task, vendor, by_id=desk.id, now=NOON)


@pytest.mark.parametrize(
    ("how", "field"),
    [({"reply_by": NOON}, "reply_by"), ({"overruled": "a\x00b"}, "overruled")],
)
def test_an_offer_names_what_cannot_be_used(task, desk, how, field):
    with pytest.raises(Invalid) as refused:
        ask(task, partners.vendor(), desk, **how)

    assert list(refused.value.fields) == [field]


def test_no_partner_reads_the_name_of_the_company_before_it_answers(writing, desk):
    task = partners.task(builders.ticket(company="確認工業"), scope="確認工業のPC")

    with pytest.raises(Invalid):
        ask(task, partners.vendor(), desk)


def test_the_story_names_partners_to_the_desk_alone(task, desk):
    vendor = partners.vendor()
    offer = ask(task, vendor, desk)
    service.look_after(offer.id, now=offer.reply_by)
    about = f"task:{task.id}"

    assert story(task) == ["nobody_left", "offer_expired", "offered"]
    assert timeline.about(about, Audience.MEMBER) == []


def ask(task, vendor, desk, *, now=NOON, **how):
    return service.offer(task, vendor, by_id=desk.id, now=now, **how)


def told(offer) -> list[tuple[str, str]]:
    about = notices.about(f"offer:{offer.id}")
    return sorted((one.audience, one.channel) for one in about if one.kind == Kind.OFFER)


def kinds_about(task) -> list[str]:
    about = notices.about(f"task:{task.id}")
    return [one.kind for one in about if one.kind != Kind.NOBODY_LEFT]


def story(task) -> list[str]:
    return [line.event for line, _ in timeline.about(f"task:{task.id}", Audience.STAFF)]
