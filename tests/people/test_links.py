"""One-time links: who gets one, how long it is good, and what it ends."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from hotline.db import db
from hotline.errors import Invalid, Refused, Slowed
from hotline.people import queries
from hotline.people import service as people
from hotline.people.models import OneTimeLink, Person
from hotline.people.rules import LinkKind
from hotline.sessions import service as sessions
from hotline.transaction import transaction
from tests.people.somebody import EMAIL, NOW, STRANGER, active, invited, mint, try_password, use


def ask_for_reset(email: str = EMAIL, *, now: datetime = NOW) -> Person | None:
    with transaction():
        return people.request_reset(email, source=STRANGER, now=now)


def test_s_11_a_link_has_256_bits_and_only_its_hash_is_kept(app):
    token = mint(active())
    stored = db.session.scalars(select(OneTimeLink)).one()

    assert len(token) == 43
    assert stored.token_hash == sessions.hashed(token)


def test_s_11_a_link_is_good_once(app):
    person = active()
    token = mint(person)

    assert use(token, "another quiet word").id == person.id
    with pytest.raises(Refused, match="used already"):
        use(token)
    assert try_password("another quiet word") is not None


def test_s_11_a_reset_link_is_dead_after_30_minutes(app):
    token = mint(active())

    assert queries.by_link(token, now=NOW + timedelta(minutes=29)) is not None
    with pytest.raises(Refused):
        use(token, now=NOW + timedelta(minutes=30))


def test_s_11_an_invitation_is_dead_after_72_hours(app):
    token = mint(invited(), LinkKind.INVITE)

    assert queries.by_link(token, now=NOW + timedelta(hours=71)) is not None
    with pytest.raises(Refused):
        use(token, now=NOW + timedelta(hours=72))


def test_s_11_a_newer_link_replaces_the_older_one(app):
    person = active()
    older, newer = mint(person), mint(person)

    assert queries.by_link(older, now=NOW) is None
    assert queries.by_link(newer, now=NOW).id == person.id


def test_s_11_two_links_share_no_structure(app):
    person = active()
    older, newer = mint(person), mint(person)

    assert older[:8] != newer[:8]
    assert older[-8:] != newer[-8:]


def test_a_link_survives_a_password_that_is_refused(app):
    token = mint(active())
    with pytest.raises(Invalid):
        use(token, "short")

    assert use(token) is not None


def test_using_one_link_kills_the_others(app):
    person = active()
    invitation, reset = mint(person, LinkKind.INVITE), mint(person)
    use(reset)

    assert queries.by_link(invitation, now=NOW) is None


def test_two_browsers_cannot_use_one_link(app, monkeypatch):
    person = active()
    token = mint(person)
    use(token)
    monkeypatch.setattr(queries, "by_link", lambda *_, **__: queries.by_id(person.id))

    with pytest.raises(Refused, match="used already"):
        use(token)


def test_no_link_is_made_for_somebody_disabled_or_unknown(app):
    person = active()
    with transaction():
        people.disable(queries.by_id(person.id), by_id=None, now=NOW)

    assert mint(person) is None
    with transaction():
        assert people.mint_link(99, LinkKind.RESET, now=NOW) is None


def test_a_reset_is_sent_to_the_address_of_the_record_only(app):
    person = active()

    assert ask_for_reset("KEIKO@EXAMPLE.JP").id == person.id
    for typed in ("keiko+x@example.jp", "kei.ko@example.jp", f"{EMAIL},x@evil.example", "\x00"):
        assert ask_for_reset(typed) is None


def test_s_11_at_most_three_mails_an_hour_leave_for_one_account(app):
    active()  # Its invitation was the first mail.
    sent = [ask_for_reset(now=NOW + timedelta(minutes=9 * n)) is not None for n in range(6)]

    assert sent == [True, True, False, False, False, False]
    assert ask_for_reset(now=NOW + timedelta(minutes=61)) is not None


def test_an_invitation_counts_as_a_mail_too(app):
    for _ in range(3):
        invited()

    with pytest.raises(Slowed):
        invited()


def test_whoever_asks_for_many_resets_is_slowed_whether_the_account_exists_or_not(app):
    for _ in range(10):
        ask_for_reset("nobody@example.jp")

    with pytest.raises(Slowed):
        ask_for_reset("nobody@example.jp")
