"""People are let in and shut out; secrets are kept as hashes only."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.errors import Invalid, Refused, Slowed
from hotline.people import queries, rules
from hotline.people import service as people
from hotline.people.models import ApiToken, OneTimeLink, Person
from hotline.people.rules import Account, Cipher, LinkKind, Role
from hotline.people.service import Checked, passwords
from hotline.sessions import service as sessions
from hotline.sessions.rules import Source
from hotline.transaction import transaction

NOW = datetime(2026, 11, 4, 3, 0, tzinfo=UTC)
EMAIL = "keiko@example.jp"
PASSWORD = "quiet harbour light"
STRANGER = Source("192.0.2.1")
CIPHER = Cipher("key of the tests")
COMMON = frozenset({"password"})


def account(*roles: Role, email: str = EMAIL, name: str = "瀬戸 圭") -> Account:
    return Account(email, name, frozenset(roles or {Role.OPERATOR}))


def invited(*roles: Role, email: str = EMAIL, now: datetime = NOW) -> Person:
    with transaction():
        return people.invite(account(*roles, email=email), by_id=None, now=now)


def active(*roles: Role, email: str = EMAIL) -> Person:
    person = invited(*roles, email=email)
    with transaction():
        person = queries.by_id(person.id)
        people.set_password(person, PASSWORD, common=COMMON, now=NOW)
    return person


def signed_in(person: Person, *, complete: bool = True) -> str:
    with transaction():
        return sessions.start(person.id, complete=complete, address="", now=NOW)


def try_password(password: str = PASSWORD, email: str = EMAIL, *, now: datetime = NOW):
    with transaction():
        return people.sign_in(email, password, source=STRANGER, now=now)


def mint(person: Person, kind: LinkKind = LinkKind.RESET, *, now: datetime = NOW) -> str | None:
    with transaction():
        return people.mint_link(person.id, kind, now=now)


def use(token: str, password: str = PASSWORD, *, now: datetime = NOW) -> Person:
    with transaction():
        return people.use_link(token, password, common=COMMON, now=now)


def ask_for_reset(email: str = EMAIL, *, now: datetime = NOW) -> Person | None:
    with transaction():
        return people.request_reset(email, source=STRANGER, now=now)


def with_factor(person: Person) -> str:
    """The TOTP secret that this person's device has taken over at NOW."""
    secret = signed_in(person, complete=False)
    with transaction():
        session = sessions.find(secret, now=NOW)
        people.offer_second_factor(session, CIPHER)
        totp_secret = CIPHER.decrypt(session.offered_secret)
        code = pyotp.TOTP(totp_secret).at(NOW)
        assert people.confirm_second_factor(
            queries.by_id(person.id), session, code, CIPHER, now=NOW
        )
    return totp_secret


def try_code(person: Person, cookie: str, code: str, *, now: datetime = NOW) -> Checked:
    with transaction():
        session = sessions.find(cookie, now=NOW)
        return people.check_code(
            queries.by_id(person.id), code, session, CIPHER, source=STRANGER, now=now
        )


def actions() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


# Accounts


def test_somebody_who_is_invited_cannot_sign_in_yet(app):
    person = invited()

    assert people.state(person) == "invited"
    assert try_password("") is None


def test_an_invitation_that_was_never_used_can_be_written_again(app):
    first = invited(Role.OPERATOR)
    again = invited(Role.SUPERVISOR)

    assert again.id == first.id
    assert again.roles == {"supervisor"}


def test_an_address_has_one_account_in_any_letter_case(app):
    active()
    with pytest.raises(Invalid, match="an account with this address already"):
        invited(email="KEIKO@example.jp")


def test_somebody_disabled_is_not_invited_again_by_accident(app):
    person = invited()
    with transaction():
        people.disable(queries.by_id(person.id), by_id=None, now=NOW)

    with pytest.raises(Invalid, match="already"):
        invited()


def test_an_account_that_makes_no_sense_is_not_saved(app):
    with pytest.raises(Invalid), transaction():
        people.invite(account(Role.MEMBER), by_id=None, now=NOW)

    assert queries.everybody() == []


def test_s_07_new_roles_end_all_sessions(app):
    person = active(Role.OPERATOR)
    cookie = signed_in(person)
    with transaction():
        people.set_account(queries.by_id(person.id), account(Role.AUDITOR), by_id=None, now=NOW)

    assert sessions.find(cookie, now=NOW) is None
    assert queries.by_id(person.id).roles == {"auditor"}


def as_member(*, manager: bool, number: str = "JNX-1") -> Account:
    roles = frozenset({Role.MEMBER})
    return Account(EMAIL, "瀬戸 圭", roles, member_number=number, manager=manager)


def test_s_07_who_no_longer_looks_after_the_company_is_signed_out(app):
    with transaction():
        person = people.invite(as_member(manager=True), by_id=None, now=NOW)
    cookie = signed_in(person)
    with transaction():
        person = queries.by_id(person.id)
        people.set_account(person, as_member(manager=False), by_id=None, now=NOW)

    assert not queries.by_id(person.id).manager
    assert sessions.find(cookie, now=NOW) is None


def test_what_one_company_allowed_is_gone_at_the_next(app):
    with transaction():
        person = people.invite(as_member(manager=True), by_id=None, now=NOW)
        person.sees_company = True
        people.set_account(person, as_member(manager=True, number="JNX-2"), by_id=None, now=NOW)

    assert not queries.by_id(person.id).sees_company


def test_other_roles_take_the_company_s_accounts_away(app):
    with transaction():
        person = people.invite(as_member(manager=True), by_id=None, now=NOW)
        people.set_account(person, account(Role.OPERATOR), by_id=None, now=NOW)

    assert not queries.by_id(person.id).manager


def test_a_new_name_ends_no_session(app):
    person = active(Role.OPERATOR)
    cookie = signed_in(person)
    with transaction():
        changed = account(Role.OPERATOR, name="瀬戸口 圭")
        people.set_account(queries.by_id(person.id), changed, by_id=None, now=NOW)

    assert sessions.find(cookie, now=NOW) is not None
    assert queries.by_id(person.id).name == "瀬戸口 圭"


def test_s_07_disabling_ends_sessions_links_and_tokens(app):
    person = active()
    cookie, link = signed_in(person), mint(person)
    with transaction():
        token = people.create_token(person, now=NOW)
        people.disable(queries.by_id(person.id), by_id=None, now=NOW)

    assert sessions.find(cookie, now=NOW) is None
    assert queries.by_token(token, now=NOW) is None
    assert queries.by_link(link, now=NOW) is None
    assert try_password() is None
    assert people.state(queries.by_id(person.id)) == "disabled"


def test_somebody_disabled_can_be_let_in_again(app):
    person = active()
    with transaction():
        people.disable(queries.by_id(person.id), by_id=None, now=NOW)
        people.enable(queries.by_id(person.id), by_id=None, now=NOW)

    assert try_password().id == person.id


def test_the_last_administrator_stays(app):
    person = active(Role.ADMINISTRATOR)
    with pytest.raises(Refused, match="last administrator"), transaction():
        people.disable(queries.by_id(person.id), by_id=None, now=NOW)
    with pytest.raises(Refused, match="last administrator"), transaction():
        people.set_account(queries.by_id(person.id), account(Role.AUDITOR), by_id=None, now=NOW)


def test_an_administrator_may_stay_one(app):
    person = active(Role.ADMINISTRATOR)
    with transaction():
        changed = account(Role.ADMINISTRATOR, name="菅野 隆")
        people.set_account(queries.by_id(person.id), changed, by_id=None, now=NOW)

    assert queries.by_id(person.id).name == "菅野 隆"


def test_one_of_two_administrators_may_go(app):
    active(Role.ADMINISTRATOR)
    other = active(Role.ADMINISTRATOR, email="other@example.jp")
    with transaction():
        people.disable(queries.by_id(other.id), by_id=None, now=NOW)

    assert len(queries.with_role(Role.ADMINISTRATOR)) == 1


def test_the_language_is_japanese_or_english(app):
    person = active()
    with transaction():
        people.set_locale(queries.by_id(person.id), "en", now=NOW)
    with pytest.raises(Invalid), transaction():
        people.set_locale(queries.by_id(person.id), "fr", now=NOW)

    assert queries.by_id(person.id).locale == "en"


def test_the_colours_are_light_dark_or_as_usual(app):
    person = active()
    with transaction():
        people.set_theme(queries.by_id(person.id), "dark", now=NOW)
    with pytest.raises(Invalid), transaction():
        people.set_theme(queries.by_id(person.id), "blue", now=NOW)

    assert queries.by_id(person.id).theme == "dark"


def test_names_are_found_in_one_go(app):
    person = active()

    assert queries.names([person.id, None, 99]) == {person.id: "瀬戸 圭"}
    assert queries.names([None]) == {}


# Passwords


def test_the_right_password_signs_in_and_any_other_does_not(app):
    person = active()

    assert try_password().id == person.id
    assert try_password(PASSWORD + "x") is None
    assert try_password(email="nobody@example.jp") is None
    assert try_password("\ud800") is None
    assert try_password(email="\x00") is None
    assert try_password("a" * 100_000) is None


def test_full_width_letters_are_the_same_password(app):
    active()

    assert try_password("ｑｕｉｅｔ　ｈａｒｂｏｕｒ　ｌｉｇｈｔ") is not None


def test_s_09_passwords_are_kept_as_argon2id(app):
    assert active().password_hash.startswith("$argon2id$")


def test_a_password_is_hashed_anew_when_the_costs_change(app, monkeypatch):
    person = active()
    before = person.password_hash
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(2, 64, 1))
    try_password()

    assert queries.by_id(person.id).password_hash != before
    assert try_password() is not None


def test_production_hashes_with_the_costs_of_rfc_9106(quick_passwords):
    costs = quick_passwords.time_cost, quick_passwords.memory_cost, quick_passwords.parallelism

    assert costs == (3, 65536, 4)


def test_s_07_a_new_password_ends_all_sessions(app):
    person = active()
    cookie = signed_in(person)
    with transaction():
        people.set_password(queries.by_id(person.id), "another quiet word", common=COMMON, now=NOW)

    assert sessions.find(cookie, now=NOW) is None
    assert try_password() is None


def test_s_10_the_eleventh_try_waits_even_with_the_right_password(app):
    active()
    for _ in range(10):
        assert try_password("not this one") is None

    with pytest.raises(Slowed) as slowed:
        try_password()
    assert slowed.value.retry_after == 15 * 60


def test_s_10_after_15_minutes_the_right_password_is_taken_again(app):
    active()
    for _ in range(10):
        try_password("not this one")
    for minute in range(15):
        with pytest.raises(Slowed):
            try_password("not this one", now=NOW + timedelta(minutes=minute))

    assert try_password(now=NOW + timedelta(minutes=15)) is not None


def test_s_10_an_unknown_name_is_slowed_like_a_known_one(app):
    for _ in range(10):
        try_password(email="nobody@example.jp")

    with pytest.raises(Slowed):
        try_password(email="nobody@example.jp")


def test_who_is_signed_in_proves_to_know_the_password(app):
    person = active()
    with transaction():
        person = queries.by_id(person.id)
        right = people.knows_password(person, PASSWORD, source=STRANGER, now=NOW)
        wrong = people.knows_password(person, "x", source=STRANGER, now=NOW)

    assert (right, wrong) == (True, False)


def test_s_23_refused_tries_are_on_record_without_the_name_that_was_typed(app):
    person = active()
    try_password("not this one")
    try_password(email="secret-name@example.jp")
    refused = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "signin.refused").order_by(AuditEntry.id)
    )
    subjects = [entry.subject for entry in refused]

    assert subjects[0] == f"person:{person.id}"
    assert subjects[1].startswith("name:")
    assert "secret" not in subjects[1]


# Second factor


def test_a_device_is_confirmed_by_its_first_code(app):
    person = active()
    totp_secret = with_factor(person)
    stored = queries.by_id(person.id).totp_secret

    assert totp_secret not in stored
    assert CIPHER.decrypt(stored) == totp_secret


def test_a_wrong_first_code_confirms_nothing(app):
    person = active()
    cookie = signed_in(person, complete=False)
    with transaction():
        session = sessions.find(cookie, now=NOW)
        before = people.confirm_second_factor(
            queries.by_id(person.id), session, "000000", CIPHER, now=NOW
        )
        people.offer_second_factor(session, CIPHER)
        after = people.confirm_second_factor(
            queries.by_id(person.id), session, "abc", CIPHER, now=NOW
        )

    assert not before
    assert not after
    assert queries.by_id(person.id).totp_secret is None


def test_a_password_alone_cannot_replace_a_second_factor(app):
    person = active()
    with_factor(person)
    session = sessions.find(signed_in(person, complete=False), now=NOW)
    person = queries.by_id(person.id)
    with pytest.raises(Refused, match="already"), transaction():
        people.confirm_second_factor(person, session, "1", CIPHER, now=NOW)


def test_s_08_a_code_is_good_once(app):
    person = active()
    totp = pyotp.TOTP(with_factor(person))
    later = NOW + timedelta(minutes=1)
    first = try_code(person, signed_in(person, complete=False), totp.at(later), now=later)
    second = try_code(person, signed_in(person, complete=False), totp.at(later), now=later)

    assert (first, second) == (Checked.RIGHT, Checked.USED)


def test_s_08_the_code_that_set_the_device_up_is_used_too(app):
    person = active()
    totp = pyotp.TOTP(with_factor(person))

    assert try_code(person, signed_in(person, complete=False), totp.at(NOW)) is Checked.USED


def test_s_08_five_wrong_codes_end_the_session(app):
    person = active()
    with_factor(person)
    cookie = signed_in(person, complete=False)
    outcomes = [try_code(person, cookie, "000000") for _ in range(5)]

    assert outcomes == [Checked.WRONG] * 4 + [Checked.ENDED]
    assert sessions.find(cookie, now=NOW) is None


def test_a_session_without_tries_takes_no_code_even_the_right_one(app):
    person = active()
    totp = pyotp.TOTP(with_factor(person))
    cookie = signed_in(person, complete=False)
    later = NOW + timedelta(minutes=1)
    with transaction():
        session = sessions.find(cookie, now=NOW)
        session.tries = 5

    assert try_code(person, cookie, totp.at(later), now=later) is Checked.ENDED


def test_s_10_ten_wrong_codes_slow_the_person_down(app):
    person = active()
    with_factor(person)
    for _ in range(2):
        cookie = signed_in(person, complete=False)
        for _ in range(5):
            try_code(person, cookie, "000000")

    with pytest.raises(Slowed):
        try_code(person, signed_in(person, complete=False), "000000")


def test_who_has_signed_in_begins_counting_anew(app):
    person = active()
    for _ in range(9):
        try_password("not this one")
    with transaction():
        people.signed_in(queries.by_id(person.id), source=STRANGER, now=NOW)
        people.signed_out(person.id, now=NOW)
    try_password("not this one")

    assert try_password() is not None
    assert {"signin.done", "signin.ended"} <= set(actions())


def test_a_lost_device_is_taken_away(app):
    person = active()
    with_factor(person)
    cookie = signed_in(person)
    with transaction():
        people.forget_second_factor(queries.by_id(person.id), by_id=None, now=NOW)

    assert queries.by_id(person.id).totp_secret is None
    assert sessions.find(cookie, now=NOW) is None


# One-time links


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


# API tokens


def test_a_token_is_shown_once_and_kept_as_a_hash(app):
    person = active()
    with transaction():
        token = people.create_token(person, now=NOW)
    stored = db.session.scalars(select(ApiToken)).one()

    assert token.startswith("hotline_")
    assert stored.token_hash == sessions.hashed(token)
    assert queries.by_token(token, now=NOW).id == person.id
    assert queries.by_token("", now=NOW) is None


def test_a_revoked_token_opens_nothing(app):
    person = active()
    with transaction():
        token = people.create_token(person, now=NOW)
        first, second = (people.revoke_token(token, now=NOW) for _ in range(2))

    assert (first, second) == (True, False)
    assert queries.by_token(token, now=NOW) is None


def test_somebody_disabled_gets_no_token(app):
    person = active()
    with transaction():
        people.disable(queries.by_id(person.id), by_id=None, now=NOW)

    with pytest.raises(Refused, match="disabled"), transaction():
        people.create_token(queries.by_id(person.id), now=NOW)


def test_every_change_is_on_record(app):
    person = active()
    with_factor(person)
    use(mint(person))

    assert actions() == [
        "person.invited",
        "person.password_set",
        "person.second_factor_set",
        "link.made",
        "person.password_set",
    ]
    assert rules.needs_second_factor(person.roles)
