"""Text messages and calls: each channel is a kind of work of its own."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from hotline.adapters.console import ConsoleTelephone
from hotline.adapters.outgoing import DeliveryFailed
from hotline.adapters.twilio_rest import TwilioTelephone
from hotline.db import db
from hotline.jobs import kinds, mail, sms, voice
from hotline.jobs import work as surroundings
from hotline.notices import queries
from hotline.notices import service as notices
from hotline.notices.models import Notice
from hotline.notices.rules import TEAM, Kind
from hotline.people import service as people
from hotline.transaction import transaction
from tests import builders
from tests.jobs.conftest import NINE

MOBILE, OTHER = "+819012345678", "+818011112222"


def page(someone, channel, number=1):
    """Somebody is paged about a ticket by one channel."""
    with transaction():
        return builders.notice(
            subject=f"page:{number}",
            kind=Kind.PAGE,
            person_id=someone.id,
            due_at=NINE,
            channel=channel,
            facts={"number": "482170933", "line": "jnx"},
        )


def person(*roles, phone=MOBILE):
    with transaction():
        return builders.person(*roles, phone=phone)


def read(one):
    return db.session.get(Notice, one.id, populate_existing=True)


def alarmed():
    return {one.subject for one in queries.listed() if one.kind == Kind.UNDELIVERED}


def test_each_channel_sends_its_own_messages_and_no_others(work, postman, exchange):
    someone = person("coordinator")
    for channel in ("mail", "sms", "voice"):
        page(someone, channel)

    assert [mail.deliver(work), sms.deliver(work), voice.deliver(work)] == [1, 1, 1]
    assert [to for to, _ in postman.told] == [someone.email]
    assert [text.to for text in exchange.texts] == [MOBILE]
    assert [ring.to for ring in exchange.rings] == [MOBILE]


def test_three_channels_have_three_keys(work, postman, exchange):
    someone = person("coordinator")
    for channel in ("mail", "sms", "voice"):
        page(someone, channel)
    for job in (mail, sms, voice):
        job.deliver(work)
    keys = [one.dedup_key for one in (*postman.mails, *exchange.texts, *exchange.rings)]

    assert len(set(keys)) == 3


def test_a_page_is_answered_where_it_can_be_taken(work, exchange):
    someone = person("coordinator")
    page(someone, "voice", number=12)
    voice.deliver(work)
    [ring] = exchange.rings

    assert ring.url == f"http://localhost/twilio/page?page=12&person={someone.id}"
    assert ring.ended_url == f"http://localhost/twilio/page/ended?page=12&person={someone.id}"
    assert (ring.about, ring.words) == ("page:12", "")


def test_a_page_by_text_message_names_the_line_and_the_way_to_take_it(work, exchange):
    page(person("coordinator"), "sms")
    sms.deliver(work)
    [text] = exchange.texts

    assert text.body == (
        "【ホットライン・呼び出し】4821 7093 3（JNX窓口）は待てない状態です。"
        "電話に出て1を押すか、ここで引き受けてください：http://localhost/tickets/482170933"
    )


def test_a_provider_that_hangs_stops_only_its_own_kind(app, work, postman, exchange):
    someone, hanging, over = person("coordinator"), threading.Event(), threading.Event()
    for channel in ("mail", "sms"):
        page(someone, channel)

    def hang():
        hanging.set()
        over.wait(10)

    exchange.on_the_way = hang

    def deliver_texts():
        with app.app_context():
            kinds.run("sms", work)

    thread = threading.Thread(target=deliver_texts)
    thread.start()
    hanging.wait(10)
    done = kinds.run("mail", work)
    over.set()
    thread.join()

    assert (done, len(postman.mails)) == (True, 1)


def test_a_page_that_was_taken_rings_nobody_else(work, exchange):
    first, second = person("coordinator"), person("coordinator", phone=OTHER)
    for someone in (first, second):
        page(someone, "voice", number=7)

    def the_first_one_takes_it():
        with transaction():
            notices.withdraw("page:7")

    exchange.on_the_way = the_first_one_takes_it
    voice.deliver(work)

    assert exchange.tried == [MOBILE]
    assert {one.status for one in queries.about("page:7")} == {"withdrawn"}


def test_a_person_without_a_phone_is_alarmed_about_and_holds_up_nobody(work, exchange):
    without, reachable = person("coordinator", phone=None), person("coordinator")
    lost, sound = page(without, "sms", number=1), page(reachable, "sms", number=2)
    sms.deliver(work)

    assert [text.about for text in exchange.texts] == ["page:2"]
    assert (read(lost).status, lost.last_error) == (
        "failed",
        "this person has no phone number for text messages",
    )
    assert read(sound).status == "sent"
    assert alarmed() == {f"notice:{lost.id}:failed"}


def test_of_a_team_those_without_a_phone_hold_up_nobody(work, exchange):
    person("coordinator", phone=None)
    person("coordinator")
    with transaction():
        builders.notice(subject="followup:901", audience=TEAM, due_at=NINE, channel="sms")
    sms.deliver(work)

    assert [text.to for text in exchange.texts] == [MOBILE]
    assert not alarmed()


def test_a_team_without_a_phone_is_told_by_mail_alone(work, exchange):
    person("coordinator", phone=None)
    with transaction():
        one = builders.notice(subject="followup:901", audience=TEAM, due_at=NINE, channel="sms")
    sms.deliver(work)

    assert (exchange.texts, read(one).status) == ([], "withdrawn")
    assert not alarmed()


@pytest.mark.parametrize("channel", ["sms", "voice"])
def test_whatever_is_given_up_reaches_the_address_for_trouble(work, time, postman, channel):
    settings = work.settings.model_copy(update={"alert_mail": "trouble@example.jp"})
    work = replace(work, settings=settings)
    person("supervisor")
    one = page(person("operator", phone=None), channel)
    for hours in range(0, 81, 8):
        time.now = NINE + timedelta(hours=hours)
        kinds.JOBS[channel].do(work)
        mail.deliver(work)
    about = [about for to, about in postman.told if to == "trouble@example.jp"]

    assert read(one).status == "given_up"
    assert about == [f"notice:{one.id}:failed", f"notice:{one.id}:given_up"]


def test_an_alarm_that_fails_raises_no_alarm(work, time, postman):
    page(person("supervisor", phone=None), "sms")
    postman.failing["all"] = DeliveryFailed("RCPT 550 no such user", permanent=True)
    for hours in range(0, 81, 8):
        time.now = NINE + timedelta(hours=hours)
        sms.deliver(work)
        mail.deliver(work)
    about = {one.subject for one in queries.listed() if one.kind == Kind.UNDELIVERED}

    assert len(about) == 2


def test_a_pause_that_is_asked_for_is_kept_by_all_messages(work, exchange):
    told = [
        page(person("operator", phone=to), "sms", number)
        for number, to in ((1, MOBILE), (2, OTHER))
    ]
    exchange.failing["all"] = DeliveryFailed("429", unreachable=True, wait=timedelta(minutes=5))
    sms.deliver(work)

    assert exchange.tried == [MOBILE]
    assert [read(one).wake_at - NINE for one in told] == [timedelta(minutes=5)] * 2


def test_somebody_disabled_is_not_rung(work, exchange):
    gone = person("coordinator")
    page(gone, "voice")
    with transaction():
        people.disable(gone, by_id=None, now=NINE)
    voice.deliver(work)

    assert exchange.tried == []


def test_the_telephone_is_the_one_that_the_settings_name(work):
    real = work.settings.model_copy(update={"phone": "twilio", "phone_from": "+815012345678"})

    assert isinstance(surroundings.telephone(work.settings), ConsoleTelephone)
    assert isinstance(surroundings.telephone(real), TwilioTelephone)
