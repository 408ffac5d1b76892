"""Passkeys: what a browser's answer proves, and that everything else proves nothing."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.errors import Invalid, Missing, Refused, Slowed
from hotline.people import queries, rules
from hotline.people import service as people
from hotline.people.models import Passkey, PasskeyChallenge, Person
from hotline.people.rules import Role
from hotline.people.service import Shown
from hotline.sessions.models import Attempt
from hotline.sessions.rules import Source
from hotline.transaction import transaction
from tests import builders
from tests.authenticator import PRESENT, Authenticator, encoded

NOW = datetime(2026, 11, 4, 3, 0, tzinfo=UTC)
HERE = rules.Site("localhost", "http://localhost")
STRANGER = Source("192.0.2.1")


def somebody(*roles: Role) -> Person:
    with transaction():
        return builders.person(*(roles or [Role.OPERATOR]))


def ask_to_make(person: Person, *, now: datetime = NOW) -> str:
    with transaction():
        person = queries.by_id(person.id)
        return people.ask_for_new_passkey(person, HERE, label="ホットライン", now=now)


def add(person: Person, answer: str, name: str = "机のPC", *, now: datetime = NOW) -> Passkey:
    with transaction():
        return people.add_passkey(queries.by_id(person.id), answer, name, HERE, now=now)


def with_passkey(person: Person, device: Authenticator) -> Passkey:
    return add(person, device.make(ask_to_make(person)))


def ask(person: Person | None = None, *, now: datetime = NOW) -> str:
    with transaction():
        return people.ask_for_passkey(HERE, person=person, now=now)


def show(answer: str, *, now: datetime = NOW, **more: object) -> Shown:
    with transaction():
        return people.show_passkey(answer, HERE, source=STRANGER, now=now, **more)


def changed(answer: str, **fields: object) -> str:
    return json.dumps({**json.loads(answer), **fields})


# Where


@pytest.mark.parametrize(
    ("public_url", "site"),
    [
        ("https://hotline.example.jp", ("hotline.example.jp", "https://hotline.example.jp")),
        ("https://Hotline.example.jp:443", ("hotline.example.jp", "https://hotline.example.jp")),
        ("http://localhost:8000", ("localhost", "http://localhost:8000")),
        ("https://a.example:8443", ("a.example", "https://a.example:8443")),
        ("http://127.0.0.1:8000", None),
        ("https://192.0.2.1", None),
        ("https://[::1]", None),
        ("http://hotline.example.jp", None),
        ("", None),
    ],
)
def test_a_passkey_is_bound_to_a_name_that_is_reached_safely(public_url, site):
    assert rules.site(public_url) == (rules.Site(*site) if site else None)


# Making


def test_a_passkey_is_kept_with_its_public_half(app):
    person, device = somebody(), Authenticator()
    made = with_passkey(person, device)

    assert made.credential_id == encoded(device.credential_id)
    assert (made.name, made.person_id, made.used_at) == ("机のPC", person.id, None)
    assert queries.has_second_factor(queries.by_id(person.id))


def test_what_the_browser_is_asked_for_names_no_number_of_the_account(app):
    person = somebody()
    with_passkey(person, Authenticator())
    asked = json.loads(ask_to_make(person))

    assert asked["rp"]["id"] == "localhost"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert len(asked["user"]["id"]) == 43
    assert len(asked["excludeCredentials"]) == 1


@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:9999"},
        {"site": "evil.example"},
        {"flags": PRESENT},
        {"credential_id": b"x" * 2000},
    ],
)
def test_a_passkey_that_was_not_made_here_is_refused(app, lie):
    person = somebody()
    with pytest.raises(Refused, match="could not be made"):
        with_passkey(person, Authenticator(**lie))

    assert queries.passkeys_of(person.id) == []


def test_an_answer_makes_one_passkey(app):
    person = somebody()
    answer = Authenticator().make(ask_to_make(person))
    add(person, answer)

    with pytest.raises(Refused, match="could not be made"):
        add(person, answer)


def test_an_answer_after_five_minutes_is_too_late(app):
    person = somebody()
    answer = Authenticator().make(ask_to_make(person))

    with pytest.raises(Refused, match="could not be made"):
        add(person, answer, now=NOW + timedelta(minutes=5))


def test_what_one_person_was_asked_for_makes_no_passkey_of_another(app):
    answer = Authenticator().make(ask_to_make(somebody()))

    with pytest.raises(Refused, match="could not be made"):
        add(somebody(), answer)


def test_one_passkey_is_one_person_s(app):
    device = Authenticator()
    with_passkey(somebody(), device)

    with pytest.raises(Refused, match="in use"):
        with_passkey(somebody(), device)


@pytest.mark.parametrize("name", ["", "　", "a\x00b", "あ" * 101])
def test_a_passkey_has_a_name_that_can_be_read(app, name):
    person = somebody()
    answer = Authenticator().make(ask_to_make(person))

    with pytest.raises(Invalid) as refused:
        add(person, answer, name)
    assert set(refused.value.fields) == {"name"}


def test_twenty_passkeys_are_enough(app):
    person = somebody()
    asked = ask_to_make(person)
    with transaction():
        for number in range(20):
            key = {"credential_id": str(number), "public_key": b"", "made_at": NOW}
            db.session.add(Passkey(person_id=person.id, **key))

    with pytest.raises(Refused, match="20 passkeys"):
        ask_to_make(person)
    with pytest.raises(Refused, match="20 passkeys"):
        add(person, Authenticator().make(asked))


# Signing in


@pytest.mark.parametrize("knows_its_owner", [True, False])
def test_a_passkey_alone_tells_who_is_there(app, knows_its_owner):
    person, device = somebody(), Authenticator()
    made = with_passkey(person, device)
    device.handle = device.handle if knows_its_owner else b""
    shown = show(device.show(ask()), now=NOW + timedelta(minutes=1))

    assert shown.person.id == person.id
    assert db.session.get(Passkey, made.id).used_at == NOW + timedelta(minutes=1)


@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "https://evil.example"},
        {"site": "evil.example"},
        {"flags": PRESENT},
        {"handle": b"somebody else"},
        {"credential_id": b"nobody's"},
        {"key": Authenticator().key},
    ],
)
def test_nothing_else_tells_who_is_there_and_it_is_counted(app, lie):
    person, device = somebody(), Authenticator()
    with_passkey(person, device)
    for name, value in lie.items():
        setattr(device, name, value)

    assert show(device.show(ask())) == Shown()
    assert len(db.session.scalars(select(Attempt)).all()) == 1


def test_s_08_an_answer_is_good_once(app):
    person, device = somebody(), Authenticator()
    with_passkey(person, device)
    answer = device.show(ask())
    first = show(answer)

    assert first.person is not None
    assert show(answer) == Shown()


def test_an_answer_to_nothing_we_asked_is_none(app):
    person, device = somebody(), Authenticator()
    with_passkey(person, device)
    invented = json.dumps({"challenge": encoded(b"x" * 32)})

    assert show(device.show(invented)) == Shown()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        "\x00",
        "[" * 19_000,
        "x" * 30_000,
        '{"id": 1, "response": {"clientDataJSON": 7}}',
        '{"id": "é", "response": {"clientDataJSON": "e30"}}',
        '{"id": "YQ", "response": "x"}',
    ],
)
def test_what_is_no_answer_at_all_tells_nobody(app, text):
    assert show(text) == Shown()
    with pytest.raises(Refused):
        add(somebody(), text)


@pytest.mark.parametrize(
    "fields", [{"rawId": "YQ"}, {"type": "x"}, {"response": {}}, {"id": "YQ"}, {"id": ["x"]}]
)
def test_an_answer_that_was_changed_tells_nobody(app, fields):
    device = Authenticator()
    with_passkey(somebody(), device)

    assert show(changed(device.show(ask()), **fields)) == Shown()


def test_s_07_somebody_disabled_is_like_a_passkey_that_never_was(app):
    person, device = somebody(), Authenticator()
    with_passkey(person, device)
    with transaction():
        people.disable(queries.by_id(person.id), by_id=None, now=NOW)

    assert show(device.show(ask())) == Shown()


def test_after_the_password_only_one_s_own_passkey_counts(app):
    person, other = somebody(), somebody()
    mine, theirs = Authenticator(), Authenticator(credential_id=b"another")
    with_passkey(person, mine)
    with_passkey(other, theirs)
    asked = json.loads(ask(person))

    assert [one["id"] for one in asked["allowCredentials"]] == [encoded(mine.credential_id)]
    assert show(theirs.show(ask(person)), person=person) == Shown()
    assert show(mine.show(ask()), person=person) == Shown()
    assert show(mine.show(ask(person)), person=person).person.id == person.id


def test_a_passkey_that_counts_backwards_was_copied(app):
    person, device = somebody(), Authenticator(count=5)
    made = with_passkey(person, device)
    device.count = 6
    forwards = show(device.show(ask()))
    backwards = show(device.show(ask()))
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()

    assert forwards.person.id == person.id
    assert (backwards.person, backwards.copied_from.id) == (None, person.id)
    assert (entry.action, entry.detail) == ("signin.refused", {"step": "passkey", "copied": True})
    assert db.session.get(Passkey, made.id).sign_count == 6


LATER = NOW + timedelta(minutes=15)


def test_s_10_after_ten_failures_a_passkey_waits(app):
    person, device = somebody(), Authenticator()
    with_passkey(person, device)
    device.flags = PRESENT
    for _ in range(10):
        show(device.show(ask()))
    device.flags |= 4

    with pytest.raises(Slowed):
        show(device.show(ask()))
    assert show(device.show(ask(now=LATER)), now=LATER).person.id == person.id


def test_s_09_an_unknown_passkey_costs_one_look_at_a_signature_too(app, monkeypatch):
    looked = []
    count_shown = rules.count_shown
    monkeypatch.setattr(
        rules, "count_shown", lambda *parts: looked.append(1) or count_shown(*parts)
    )
    device = Authenticator()
    show(device.show(ask()))
    with_passkey(somebody(), device)
    show(device.show(ask()))

    assert len(looked) == 2


# Taking away


def test_a_passkey_is_taken_away_by_its_owner_only(app):
    person, device = somebody(Role.MEMBER), Authenticator()
    made, other = with_passkey(person, device), somebody()
    with pytest.raises(Missing), transaction():
        people.remove_passkey(other, made.id, by_id=None, now=NOW)
    with transaction():
        people.remove_passkey(queries.by_id(person.id), made.id, by_id=person.id, now=NOW)

    assert show(device.show(ask())) == Shown()


def test_s_08_who_needs_a_second_factor_keeps_the_last_one(app):
    person = somebody(Role.OPERATOR)
    made = with_passkey(person, Authenticator())
    with pytest.raises(Refused, match="only second factor"), transaction():
        people.remove_passkey(queries.by_id(person.id), made.id, by_id=None, now=NOW)
    with transaction():
        queries.by_id(person.id).totp_secret = "x"
        people.remove_passkey(queries.by_id(person.id), made.id, by_id=None, now=NOW)

    assert queries.passkeys_of(person.id) == []


def test_challenges_that_nobody_answered_are_forgotten(app):
    ask()
    ask(now=NOW + timedelta(minutes=1))
    with transaction():
        gone = people.forget_challenges(now=NOW + timedelta(minutes=5))

    assert gone == 1
    assert len(db.session.scalars(select(PasskeyChallenge)).all()) == 1
