"""Who hears of a late promise, by which channel, and in which words."""

from datetime import timedelta

from hotline.followups import service as followups
from hotline.jobs import mail, voice
from hotline.notices import service as notices
from hotline.notices.rules import LEAD, TEAM, Kind
from hotline.transaction import transaction
from tests import builders
from tests.builders import promise_of
from tests.jobs.conftest import NINE


def person(*roles):
    with transaction():
        return builders.person(*roles, phone="+819012345678")


def test_a_late_promise_is_read_out(work, time, exchange, ticket):
    person("supervisor")
    promise = promise_of(ticket)
    late(promise, ticket, LEAD, "voice")
    time.now = NINE + timedelta(minutes=47)
    voice.deliver(work)
    [ring] = exchange.rings

    assert "が、47分遅れています。" in ring.words
    assert " ".join(ticket.number[:4]) in ring.words


def late(promise, ticket, audience, channel):
    with transaction():
        builders.notice(
            subject=f"followup:{promise.id}",
            kind=Kind.PROMISE_LATE,
            audience=audience,
            due_at=NINE + timedelta(minutes=15),
            channel=channel,
            facts={"number": ticket.number, "due_at": promise.due_at.isoformat()},
        )


def test_a_late_promise_names_when_it_was_due_and_how_long_ago(work, time, postman, ticket):
    person("coordinator")
    late(promise_of(ticket), ticket, TEAM, "mail")
    time.now = NINE + timedelta(minutes=20)
    mail.deliver(work)
    [told] = [one for one in postman.mails if "遅れています" in one.subject]

    assert "お約束の時刻：2027年1月4日（月）9:00（20分経過）" in told.body


def test_who_was_told_of_a_late_promise_is_noted_by_audience(work, time, ticket, monkeypatch):
    both = [person("coordinator"), person("coordinator")]
    noted = []
    monkeypatch.setattr(
        followups, "note_escalated", lambda *about, now: noted.append((*about, now))
    )
    promise = promise_of(ticket)
    late(promise, ticket, TEAM, "mail")
    time.now = NINE + timedelta(minutes=15)
    mail.deliver(work)

    assert noted == [(promise.id, TEAM, time.now)] * len(both)


def test_everybody_of_the_team_is_told_not_only_those_on_duty(work, postman, ticket):
    on_duty, other = person("coordinator"), person("coordinator")
    with transaction():
        builders.shift(on_duty, "coordinator", starts_at=NINE, ends_at=NINE + timedelta(hours=1))
        builders.notice(audience=TEAM, due_at=NINE, facts={"number": ticket.number})
        notices.withdraw(f"followup:{promise_of(ticket).id}")
    mail.deliver(work)

    assert [to for to, _ in postman.told] == [on_duty.email, other.email]


def test_the_lead_are_the_supervisors(work, postman):
    person("coordinator")
    supervisor = person("supervisor")
    with transaction():
        builders.notice(audience=LEAD, due_at=NINE)
    mail.deliver(work)

    assert [to for to, _ in postman.told] == [supervisor.email]
