"""Sessions are rows: found while they live, gone when they are ended."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from hotline.db import db
from hotline.sessions import queries
from hotline.sessions import service as sessions
from hotline.sessions.models import Attempt, SignedIn
from hotline.sessions.rules import Kind, Source
from hotline.transaction import transaction

NOW = datetime(2026, 11, 4, 3, 0, tzinfo=UTC)
STRANGER = Source("192.0.2.1")
OWN = Source("192.0.2.1", "a browser of hers")


def start(person_id: int = 1, *, complete: bool = True, now: datetime = NOW) -> str:
    with transaction():
        return sessions.start(person_id, complete=complete, address="192.0.2.1", now=now)


def fail(times: int, name: str = "a@example.jp", source: Source = STRANGER) -> None:
    with transaction():
        for _ in range(times):
            sessions.note(Kind.PASSWORD, name, source, now=NOW)


def wait(name: str = "a@example.jp", source: Source = STRANGER, *, now: datetime = NOW) -> int:
    return sessions.wait(Kind.PASSWORD, name, source, now=now)


def test_s_07_the_secret_has_256_bits_and_only_its_hash_is_kept(app):
    secret = start()
    stored = db.session.scalars(select(SignedIn.id_hash)).one()

    assert len(secret) == 43
    assert stored == sessions.hashed(secret)
    assert secret not in stored


def test_a_session_is_found_by_its_secret_only(app):
    secret = start()

    assert sessions.find(secret, now=NOW).person_id == 1
    assert sessions.find(sessions.hashed(secret), now=NOW) is None
    assert sessions.find("", now=NOW) is None


def test_a_password_proves_who_is_there_and_a_later_proof_does_so_again(app):
    secret, half_open = start(), start(complete=False)
    later = NOW + timedelta(minutes=5)
    first = sessions.find(secret, now=NOW).proved_at
    with transaction():
        sessions.prove(sessions.hashed(secret), now=later)

    assert sessions.find(half_open, now=NOW).proved_at is None
    assert (first, sessions.find(secret, now=NOW).proved_at) == (NOW, later)


def test_a_session_is_ended_by_its_name_in_the_list(app):
    secret, other = start(), start(person_id=2)
    name, foreign = (sessions.hashed(one)[:16] for one in (secret, other))
    with transaction():
        ended = [sessions.end_named(1, one) for one in (foreign, "", "%", name[:15], name, name)]

    assert ended == [False] * 4 + [True, False]
    assert sessions.find(other, now=NOW) is not None


def test_every_session_but_one_is_ended(app):
    kept, gone, foreign = start(), start(), start(person_id=2)
    with transaction():
        sessions.end_others(1, sessions.hashed(kept))

    assert sessions.find(gone, now=NOW) is None
    assert sessions.find(kept, now=NOW) is not None
    assert sessions.find(foreign, now=NOW) is not None


def test_s_07_an_idle_session_is_not_found(app):
    secret = start()

    assert sessions.find(secret, now=NOW + timedelta(minutes=30)) is None


def test_s_07_a_session_that_is_used_dies_after_12_hours(app):
    secret = start()
    late = NOW + timedelta(hours=11, minutes=59)
    with transaction():
        sessions.touch(sessions.hashed(secret), now=late)

    assert sessions.find(secret, now=late) is not None
    assert sessions.find(secret, now=NOW + timedelta(hours=12)) is None


def test_last_use_is_worth_a_write_once_a_minute(app):
    session = sessions.find(start(), now=NOW)

    assert not sessions.is_stale(session, now=NOW + timedelta(seconds=59))
    assert sessions.is_stale(session, now=NOW + timedelta(seconds=60))


def test_s_07_an_ended_session_is_gone(app):
    secret, other = start(), start()
    with transaction():
        sessions.end(secret)

    assert sessions.find(secret, now=NOW) is None
    assert sessions.find(other, now=NOW) is not None


def test_all_sessions_of_one_person_end_together(app):
    hers, his = start(1), start(2)
    with transaction():
        sessions.end_all(1)

    assert sessions.find(hers, now=NOW) is None
    assert sessions.find(his, now=NOW) is not None


def test_s_08_a_half_open_session_has_five_tries(app):
    secret = start(complete=False)
    with transaction():
        session = sessions.find(secret, now=NOW)
        left = [sessions.take_try(session) for _ in range(7)]

    assert left == [4, 3, 2, 1, 0, None, None]


def test_only_living_complete_sessions_are_listed(app):
    start(now=NOW - timedelta(hours=1))
    start(complete=False)
    living = start()

    assert [one.id_hash for one in queries.of_person(1, now=NOW)] == [sessions.hashed(living)]


def test_s_10_ten_failures_of_one_name_make_everybody_wait_for_it(app):
    fail(10)

    assert wait() == 15 * 60
    assert wait(source=Source("198.51.100.7")) == 15 * 60
    assert wait(name="b@example.jp") == 0
    assert wait(now=NOW + timedelta(minutes=15)) == 0


def test_s_10_fifty_failures_of_one_address_make_it_wait_for_all_names(app):
    for number in range(10):
        fail(5, f"{number}@example.jp")

    assert wait(name="new@example.jp") == 15 * 60
    assert wait(name="new@example.jp", source=Source("198.51.100.7")) == 0


def test_s_10_strangers_cannot_make_the_owner_wait_in_a_known_browser(app):
    for number in range(5):
        fail(10, f"{number}@example.jp")
    fail(10)

    assert wait(source=STRANGER) > 0
    assert wait(source=OWN) == 0


def test_s_10_a_known_browser_has_ten_tries_of_its_own(app):
    fail(10, source=OWN)

    assert wait(source=OWN) == 15 * 60
    assert wait(source=STRANGER) == 0


def test_who_signs_in_need_not_wait_for_what_went_wrong_before(app):
    fail(10)
    with transaction():
        sessions.forget_failures("a@example.jp", STRANGER)

    assert wait() == 0


def test_tries_are_counted_since_a_moment(app):
    fail(2)

    assert sessions.count_since(Kind.PASSWORD, "a@example.jp", NOW - timedelta(seconds=1)) == 2
    assert sessions.count_since(Kind.PASSWORD, "a@example.jp", NOW) == 0


def test_no_typed_name_is_kept_in_clear(app):
    fail(1, "secret-name@example.jp")

    assert "secret" not in str(vars(db.session.scalars(select(Attempt)).one()))


def test_dead_sessions_and_old_tries_are_forgotten(app):
    start(now=NOW - timedelta(hours=1))
    start(now=NOW - timedelta(hours=13))
    living = start()
    fail(1)
    with transaction():
        gone = sessions.forget_old(now=NOW)
        gone_later = sessions.forget_old(now=NOW + timedelta(days=1, minutes=-31))

    assert (gone, gone_later) == (2, 1)
    assert sessions.find(living, now=NOW) is None
