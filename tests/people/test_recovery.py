"""Recovery codes, and going on without an app: what stands in for a device, and what does not."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from hotline.db import db
from hotline.errors import Refused
from hotline.people import queries, rules
from hotline.people import service as people
from hotline.people.models import Passkey, Person, RecoveryCode
from hotline.people.rules import Cipher, Role
from hotline.people.service import Checked
from hotline.sessions import service as sessions
from hotline.sessions.rules import Source
from hotline.transaction import transaction
from tests import builders

NOW = datetime(2026, 11, 4, 3, 0, tzinfo=UTC)
CIPHER = Cipher("key of the tests")
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def somebody(*roles: Role, app: bool = True, passkeys: int = 0) -> Person:
    with transaction():
        made = builders.person(*(roles or [Role.OPERATOR]))
        made.totp_secret = CIPHER.encrypt(SECRET) if app else None
        for number in range(passkeys):
            key = {"credential_id": f"{made.id}-{number}", "public_key": b"", "made_at": NOW}
            db.session.add(Passkey(person_id=made.id, **key))
    return made


def codes_of(person: Person, *, cipher: Cipher = CIPHER) -> list[str]:
    with transaction():
        return people.make_codes(queries.by_id(person.id), cipher, now=NOW)


def half_open(person: Person) -> str:
    with transaction():
        return sessions.start(person.id, complete=False, address="", now=NOW)


def give(person: Person, code: str, *, cookie: str = "", cipher: Cipher = CIPHER) -> Checked:
    cookie = cookie or half_open(person)
    with transaction():
        session, found = sessions.find(cookie, now=NOW), queries.by_id(person.id)
        return people.check_code(found, code, session, cipher, source=Source(), now=NOW)


# The codes


def test_a_code_has_58_bits_and_no_letter_that_is_taken_for_another():
    code = rules.recovery_code()

    assert rules.typed_recovery_code(code) == code.replace("-", "")
    assert len(rules.RECOVERY_LETTERS) ** 12 > 2**58
    assert not set("01ILOU") & set(rules.RECOVERY_LETTERS)


@pytest.mark.parametrize(
    "typed", ["k7qf 2mxd 9twp", "Ｋ７ＱＦ－２ＭＸＤ－９ＴＷＰ", " K7QF2MXD9TWP "]
)
def test_a_code_may_be_typed_as_one_likes(typed):
    assert rules.typed_recovery_code(typed) == "K7QF2MXD9TWP"


@pytest.mark.parametrize(
    "typed", ["", "123456", "K7QF-2MXD-9TW", "K7QF-2MXD-9TW0", "K" * 9999, "\x00"]
)
def test_what_cannot_be_a_code_is_none(typed):
    assert rules.typed_recovery_code(typed) == ""


def test_ten_codes_are_shown_once_and_kept_under_a_key(app):
    person = somebody()
    codes = codes_of(person)
    kept = db.session.scalars(select(RecoveryCode.code_hash)).all()

    assert len({*codes}) == len({*kept}) == 10
    assert not any(len(one) != 64 or one in kept for one in [sessions.hashed(c) for c in codes])
    assert queries.recovery_codes_left(person.id) == 10


def test_s_08_a_code_stands_in_for_the_device_once(app):
    person = somebody()
    code = codes_of(person)[3]
    first, second = give(person, code.lower()), give(person, code)

    assert (first, second) == (Checked.RECOVERED, Checked.WRONG)
    assert queries.recovery_codes_left(person.id) == 9


def test_a_code_is_nobody_else_s(app):
    code = codes_of(somebody())[0]
    other = somebody()
    codes_of(other)

    assert give(other, code) is Checked.WRONG


def test_new_codes_make_the_former_ones_worthless(app):
    person = somebody()
    former = codes_of(person)[0]
    codes_of(person)

    assert give(person, former) is Checked.WRONG
    assert queries.recovery_codes_left(person.id) == 10


def test_codes_outlive_a_change_of_the_key(app):
    person = somebody()
    code = codes_of(person, cipher=Cipher("a former key"))[0]

    assert give(person, code, cipher=Cipher("a new key", "a former key")) is Checked.RECOVERED


def test_s_08_five_wrong_codes_of_any_kind_end_the_session(app):
    person = somebody()
    code, cookie = codes_of(person)[0], half_open(person)
    tried = [give(person, "2222-2222-2222", cookie=cookie) for _ in range(5)]

    assert tried == [Checked.WRONG] * 4 + [Checked.ENDED]
    assert sessions.find(cookie, now=NOW) is None
    assert give(person, code) is Checked.RECOVERED


def test_there_are_no_codes_without_a_second_factor(app):
    with pytest.raises(Refused, match="first"):
        codes_of(somebody(app=False))


def test_a_passkey_alone_is_a_second_factor_too(app):
    assert len(codes_of(somebody(app=False, passkeys=1))) == 10


# Without the app, without the device


def end_app(person: Person) -> None:
    with transaction():
        people.end_app(queries.by_id(person.id), now=NOW)


def test_who_may_do_without_a_second_factor_ends_it_and_its_codes(app):
    person = somebody(Role.MEMBER)
    codes_of(person)
    end_app(person)

    assert queries.by_id(person.id).totp_secret is None
    assert queries.recovery_codes_left(person.id) == 0
    with pytest.raises(Refused, match="no authenticator app"):
        end_app(person)


def test_s_08_staff_end_the_app_only_when_a_passkey_is_left(app):
    without, beside = somebody(), somebody(passkeys=1)
    codes_of(beside)
    with pytest.raises(Refused, match="passkey first"):
        end_app(without)
    end_app(beside)

    assert queries.has_second_factor(queries.by_id(beside.id))
    assert queries.recovery_codes_left(beside.id) == 10


def test_the_last_passkey_takes_the_codes_along(app):
    person = somebody(Role.MEMBER, app=False, passkeys=1)
    codes_of(person)
    with transaction():
        [only] = queries.passkeys_of(person.id)
        people.remove_passkey(queries.by_id(person.id), only.id, by_id=None, now=NOW)

    assert queries.recovery_codes_left(person.id) == 0


def test_a_lost_device_takes_app_passkeys_and_codes_along(app):
    person = somebody(passkeys=2)
    code = codes_of(person)[0]
    with transaction():
        people.forget_second_factor(queries.by_id(person.id), by_id=None, now=NOW)

    assert not queries.has_second_factor(queries.by_id(person.id))
    assert give(person, code) is Checked.WRONG


def test_s_08_a_password_alone_sets_no_app_up_beside_a_passkey(app):
    person = somebody(app=False, passkeys=1)
    cookie = half_open(person)

    with pytest.raises(Refused, match="second factor already"):
        confirm(person, cookie)


def confirm(person: Person, cookie: str) -> None:
    with transaction():
        session = sessions.find(cookie, now=NOW)
        people.confirm_second_factor(queries.by_id(person.id), session, "1", CIPHER, now=NOW)
