"""What addresses, names, passwords, codes and links must be."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.errors import Invalid, Problem
from hotline.people import rules
from hotline.people.rules import Account, Cipher, Role
from hotline.settings import ROOT

NOW = datetime(2026, 11, 4, 3, 0, 10, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
COMMON = frozenset({"password", "qwerty", "sakura", "correct horse battery staple"})
FILE = ROOT / "config" / "common_passwords.txt"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain",
        "a@b",
        "a@example.jp,b@example.jp",
        "a@example.jp;b@example.jp",
        "a@example.jp\r\nBcc: b@example.jp",
        "A <a@example.jp>",
        "a b@example.jp",
        "a@exa mple.jp",
        "a@@example.jp",
        "a..b@example.jp",
        "ａ@example.jp",
        "a@example.jp\x00",
        "a" * 250 + "@example.jp",
    ],
)
def test_s_21_only_one_plain_address_is_taken(text):
    with pytest.raises(Problem, match="one mail address"):
        rules.clean_email(text)


def test_an_address_is_found_in_any_letter_case():
    assert rules.email_key(" Operator@Demo.Example ") == "operator@demo.example"


def test_what_cannot_be_an_address_has_no_key():
    assert rules.email_key("a@example.jp\x00") == ""


@pytest.mark.parametrize("name", ["髙﨑 美咲", "𠮷野家 太郎", "葛󠄀城 花子", "O'Brien", "👨‍👩‍👧 家"])
def test_s_19_names_are_kept_as_people_write_them(name):
    assert rules.clean_person_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "a\x00b",
        "a\rb",
        "a\nBcc: x",
        "a\tb",
        "a\u202eb",
        "\ud800",
        "a\x85b",
        "a,b",
        "a;b",
        "<a>",
        '"',
    ],
)
def test_s_19_names_that_hide_something_are_refused(name):
    with pytest.raises(Problem):
        rules.clean_person_name(name)


def test_a_name_of_twenty_thousand_letters_is_refused():
    with pytest.raises(Problem, match="At most 200 characters"):
        rules.clean_person_name("あ" * 20_000)


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("090-1234-5678", "+819012345678"),
        ("０９０−１２３４−５６７８", "+819012345678"),
        ("+44 20 7946 0000", "+442079460000"),
    ],
)
def test_a_phone_may_be_written_as_usual(text, phone):
    assert rules.clean_phone(text) == phone


@pytest.mark.parametrize("text", ["090", "abc", "\x00", "03-5422-6351 内線 12", "1" * 40])
def test_what_cannot_be_rung_is_no_phone(text):
    with pytest.raises(Problem, match="phone number"):
        rules.clean_phone(text)


@pytest.mark.parametrize("code", ["JNX-1001", " V-1 ", "C001", "a.b_c"])
def test_a_party_code_is_letters_digits_dots_and_dashes(code):
    assert rules.clean_party_code(code) == code.strip()


def test_an_account_tells_every_problem_at_once():
    given_ = Account("x", "", frozenset(), member_number="あ", phone="1")
    with pytest.raises(Invalid) as refused:
        rules.checked_account(given_)

    assert set(refused.value.fields) == {"email", "name", "roles", "member_number", "phone"}


@pytest.mark.parametrize(
    ("roles", "numbers", "field"),
    [
        ({Role.OPERATOR, Role.MEMBER}, {"member_number": "JNX-1"}, "roles"),
        ({Role.VENDOR, Role.MEMBER}, {"member_number": "JNX-1", "vendor_code": "V-1"}, "roles"),
        ({Role.MEMBER}, {}, "member_number"),
        ({Role.OPERATOR}, {"member_number": "JNX-1"}, "member_number"),
        ({Role.VENDOR}, {}, "vendor_code"),
        ({Role.OPERATOR}, {"manager": True}, "manager"),
        ({Role.VENDOR}, {"vendor_code": "V-1", "manager": True}, "manager"),
    ],
)
def test_roles_that_do_not_fit_together_are_refused(roles, numbers, field):
    with pytest.raises(Invalid) as refused:
        rules.check_roles(Account("a@example.jp", "確認", frozenset(roles), **numbers))

    assert field in refused.value.fields


def test_s_09_a_password_needs_twelve_letters():
    with pytest.raises(Problem, match="at least 12 characters"):
        rules.check_password("elevenchars", email="a@example.jp", common=COMMON)


def test_s_09_a_password_may_have_1024_bytes_and_not_one_more():
    fits = "とても長い合言葉" * 42 + "abcdefghijklmnop"
    rules.check_password(fits, email="x@example.jp", common=COMMON)

    assert len(fits.encode()) == 1024
    with pytest.raises(Problem, match="1,024 bytes"):
        rules.check_password(fits + "q", email="x@example.jp", common=COMMON)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "Password2026!",
        "passwordpassword",
        "sakura123456",
        "ＰＡＳＳＷＯＲＤ２０２６",
        "qwertyqwerty1",
        "aaaaaaaaaaaa",
        "abababababab",
    ],
)
def test_s_09_what_many_people_use_is_refused(password):
    with pytest.raises(Problem, match="Many people"):
        rules.check_password(password, email="x@example.jp", common=COMMON)


def test_s_09_the_own_mail_name_is_refused():
    with pytest.raises(Problem, match="mail name"):
        rules.check_password("my seto.kei door", email="Seto.Kei@example.jp", common=COMMON)


def test_s_09_the_shipped_list_holds_what_people_use():
    words = {line for line in FILE.read_text("utf-8").splitlines() if not line.startswith("#")}

    assert len(words) >= 1_000
    assert {"password", "qwertyuiop", "123456789012", "sakura", "iloveyou"} <= words


def test_a_lone_surrogate_is_no_password():
    assert not rules.is_hashable("\ud800" + "a" * 12)


@given(st.text(max_size=80))
def test_any_text_is_a_password_or_a_problem(text):
    with suppress(Problem):
        rules.check_password(text, email="x@example.jp", common=COMMON)


def test_every_employee_needs_a_second_factor():
    assert {role for role in Role if rules.needs_second_factor([role])} == set(Role) - {
        Role.MEMBER,
        Role.VENDOR,
    }


@pytest.mark.parametrize("seconds", [-30, 0, 30])
def test_s_08_the_code_of_a_neighbouring_step_fits(seconds):
    code = pyotp.TOTP(SECRET).at(NOW + timedelta(seconds=seconds))

    assert rules.matching_step(SECRET, code, now=NOW) == rules.step_of(NOW) + seconds // 30


@pytest.mark.parametrize("seconds", [-60, 60])
def test_s_08_the_code_of_a_farther_step_does_not_fit(seconds):
    code = pyotp.TOTP(SECRET).at(NOW + timedelta(seconds=seconds))

    assert rules.matching_step(SECRET, code, now=NOW) is None


@pytest.mark.parametrize(
    "code", ["", "12345", "1234567", "abcdef", "１２", "٣٤٥٦٧٨", "\x00" * 6, "9" * 9999]
)
def test_what_is_no_code_fits_nothing(code):
    assert rules.matching_step(SECRET, code, now=NOW) is None


def test_a_code_may_be_typed_in_full_width_and_with_a_space():
    code = rules.code_at(SECRET, NOW).translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})

    assert rules.matching_step(SECRET, f"{code[:3]} {code[3:]}", now=NOW) == rules.step_of(NOW)


def test_a_secret_is_readable_with_the_old_key_until_it_is_gone():
    token = Cipher("old key").encrypt(SECRET)

    assert SECRET not in token
    assert Cipher("new key", "old key").decrypt(token) == SECRET
    assert Cipher("new key").decrypt(token) == ""
    assert Cipher("old key").decrypt(Cipher("new key", "old key").encrypt(SECRET)) == ""


def test_a_cipher_does_not_show_its_keys():
    assert "key" not in repr(Cipher("a key", "another key")).replace("Cipher", "")


def test_s_11_an_invitation_lives_72_hours_and_a_reset_30_minutes():
    assert rules.link_expires_at(rules.LinkKind.INVITE, now=NOW) == NOW + timedelta(hours=72)
    assert rules.link_expires_at(rules.LinkKind.RESET, now=NOW) == NOW + timedelta(minutes=30)
