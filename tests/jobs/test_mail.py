"""A mail goes out at its moment, under one key, whatever fails in between."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from hotline.adapters.outgoing import DeliveryFailed
from hotline.db import db
from hotline.followups import service as followups
from hotline.jobs import mail, message
from hotline.notices import queries
from hotline.notices import service as notices
from hotline.notices.models import Notice
from hotline.notices.rules import Kind
from hotline.people import service as people
from hotline.transaction import transaction
from tests.builders import promise_of
from tests.jobs.conftest import NINE
from tests.jobs.telling import person, read, tell_one, tell_person


def test_a_promise_is_announced_at_its_moment_and_not_before(
    work, time, postman, ticket, coordinator
):
    time.now = NINE - timedelta(seconds=1)
    mail.deliver(work)
    early = list(postman.mails)
    time.now = NINE
    mail.deliver(work)

    promise = promise_of(ticket)
    assert early == []
    assert postman.told == [(coordinator.email, f"followup:{promise.id}")]
    assert (promise.status, promise.announced_at) == ("announced", NINE)


def test_a_notice_holds_a_number_and_a_link_and_no_case_text(work, postman, coordinator, ticket):
    mail.deliver(work)
    [sent] = postman.mails
    text = sent.subject + sent.body

    assert f"http://localhost/tickets/{ticket.number}" in text
    assert not [word for word in ("ransom", "暗号", "確認工業") if word in text]


def test_the_message_id_is_made_from_the_key(work, postman, coordinator, ticket):
    mail.deliver(work)
    [sent] = postman.mails

    assert sent.message_id == f"<{sent.dedup_key}@localhost>"


def test_a_second_run_sends_nothing_twice(work, postman, coordinator, ticket):
    assert [mail.deliver(work), mail.deliver(work)] == [1, 0]
    assert len(postman.mails) == 1


def test_an_outage_of_a_week_is_caught_up_oldest_first_and_marked_late(
    work, time, postman, coordinator
):
    for hours in (3, 1, 2):
        tell_one(
            subject=f"followup:90{hours}", kind=Kind.INVITE, due_at=NINE + timedelta(hours=hours)
        )
        tell_one(subject=f"followup:80{hours}", due_at=NINE + timedelta(hours=hours))
    time.advance(days=7)
    mail.deliver(replace(work, run_seconds=1))
    late = [sent for sent in postman.mails if sent.about.startswith("followup:80")]

    assert [sent.about for sent in late] == ["followup:801", "followup:802", "followup:803"]
    assert "6日23時間遅れて" in late[0].body


def test_it_is_sent_after_the_provider_recovers_under_the_same_key(
    work, time, postman, coordinator
):
    keys = []
    postman.on_the_way = lambda: keys.append(queries.listed()[0].dedup_key)
    tell_one()
    postman.goes_down()
    mail.deliver(work)
    postman.failing.clear()
    time.advance(seconds=91)
    mail.deliver(work)

    assert len(postman.mails) == 1
    assert keys == [postman.mails[0].dedup_key] * 2


def test_a_provider_that_is_away_is_tried_once_a_run(work, postman):
    someone = person("coordinator")
    told = [tell_person(someone, number) for number in range(3)]
    postman.goes_down()
    mail.deliver(work)

    assert len(postman.tried) == 1
    assert [read(one).failures for one in told] == [1, 0, 0]
    assert [one.status for one in told] == ["waiting"] * 3


def test_an_address_that_fails_holds_up_nobody_else(work, postman):
    broken, sound = person("operator"), person("operator")
    for number in range(3):
        tell_person(broken, number)
        tell_person(sound, number + 10)
    postman.failing[broken.email] = DeliveryFailed("RCPT 451 try later")
    mail.deliver(work)

    assert postman.tried.count(broken.email) == 1
    assert [to for to, _ in postman.told] == [sound.email] * 3


def test_a_notice_that_breaks_is_parked_and_the_others_go_on(work, postman, coordinator):
    broken, sound = tell_one(subject="followup:901"), tell_one(subject="followup:902")
    with transaction():
        db.session.get(Notice, broken.id).kind = "no such kind"
    mail.deliver(work)

    assert postman.told == [(coordinator.email, "followup:902")]
    assert (read(broken).failures, broken.last_error) == (1, "unforeseen: ValueError")
    assert read(sound).status == "sent"


def test_a_promise_that_breaks_is_told_once_and_holds_up_nobody(work, postman, coordinator):
    broken, sound = tell_one(subject="followup:none"), tell_one(subject="followup:901")
    mail.deliver(work)

    assert [read(broken).status, read(sound).status] == ["sent", "sent"]


def test_a_message_sent_while_the_database_went_away_is_sent_again(
    work, time, postman, coordinator, ticket, monkeypatch
):
    def away(_followup_ids, *, now):
        raise OperationalError("UPDATE", {}, Exception("server closed the connection"))

    with monkeypatch.context() as without_database:
        without_database.setattr(followups, "announce_all", away)
        with pytest.raises(OperationalError):
            mail.deliver(work)
    time.advance(seconds=61)
    mail.deliver(work)
    first, second = postman.mails

    assert first.dedup_key == second.dedup_key
    assert promise_of(ticket).status == "announced"


def test_an_error_nobody_foresaw_is_a_failure_like_any_other(work, postman, coordinator):
    one = tell_one()
    postman.failing["all"] = RuntimeError("a secret of the case")
    mail.deliver(work)

    assert (read(one).status, one.last_error) == ("waiting", "unforeseen: RuntimeError")


def test_a_promise_not_announced_because_the_claim_was_lost_changes_nothing(
    work, time, postman, coordinator, ticket
):
    def another_worker_takes_it():
        with transaction():
            notices.claim(1, "other", now=NINE + timedelta(minutes=2), lease=work.lease)

    postman.on_the_way = another_worker_takes_it
    sent = mail.deliver(work)

    assert (sent, len(postman.mails)) == (0, 1)
    assert promise_of(ticket).status == "pending"


def test_a_stop_gives_back_what_was_not_tried(work, postman):
    someone = person("operator")
    told = [tell_person(someone, number) for number in range(3)]
    stop = []
    postman.on_the_way = lambda: stop.append(True)
    mail.deliver(replace(work, stopping=lambda: bool(stop)))

    assert [read(one).status for one in told] == ["sent", "waiting", "waiting"]
    assert [one.attempts for one in told] == [1, 0, 0]
    assert postman.closed == 1


def test_half_a_lease_is_kept_for_the_last_send(work, time, postman):
    someone = person("operator")
    told = [tell_person(someone, number) for number in range(3)]

    def a_slow_send():
        time.seconds += 31

    postman.on_the_way = a_slow_send
    mail.deliver(replace(work, run_seconds=30))

    assert [read(one).status for one in told] == ["sent", "waiting", "waiting"]


def test_what_may_have_gone_out_is_not_given_back(work, postman, coordinator):
    one = tell_one()

    def power_cut():
        raise KeyboardInterrupt

    postman.on_the_way = power_cut
    with pytest.raises(KeyboardInterrupt):
        mail.deliver(work)

    assert (read(one).status, one.attempts) == ("sending", 1)


@pytest.mark.parametrize("kind", [Kind.INVITE, Kind.RESET])
def test_a_one_time_link_exists_in_its_mail_only(work, postman, kind, app):
    guest = person("operator")
    one = tell_one(kind=kind, person_id=guest.id, facts={})
    mail.deliver(work)
    [link] = [line for line in postman.mails[0].body.splitlines() if line.startswith("http")]
    _, places = app.url_map.bind("localhost").match(link.removeprefix("http://localhost"))

    assert len(places["token"]) >= 43
    assert places["token"] not in str([one.facts, one.subject, one.last_error])


def test_every_link_leads_to_a_page(work, app, ticket, coordinator):
    pages = app.url_map.bind("localhost")
    for path in message.PATHS.values():
        found = path.format(number="482170933", token="t", approval=1, task=1, person=1)
        assert pages.match(found.partition("#")[0])


def test_the_language_is_the_persons(work, postman):
    guest = person("coordinator")
    with transaction():
        people.set_locale(guest, "en", now=NINE)
    tell_one()
    mail.deliver(work)

    assert postman.mails[0].language == "en"
    assert postman.mails[0].subject == "[Hotline] Time to call back: 4821 7093 3"


def test_an_alarm_without_a_ticket_leads_to_the_start_page(work, postman):
    tell_one(kind=Kind.UNDELIVERED, person_id=person("supervisor").id, facts={"about": "person:1"})
    mail.deliver(work)

    assert "http://localhost/\n" in postman.mails[0].body


def test_a_run_ends_in_time_for_its_heartbeat(work, time, postman):
    someone = person("operator")
    for number in range(25):
        tell_person(someone, number)

    def a_second_passes():
        time.seconds += 1

    postman.on_the_way = a_second_passes
    sent = mail.deliver(work)

    assert sent == 16
