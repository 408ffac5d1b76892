"""People are let in and shut out, and each change is on record."""

import pytest

from hotline.errors import Invalid, Refused
from hotline.people import queries, rules
from hotline.people import service as people
from hotline.people.rules import Account, Role
from hotline.sessions import service as sessions
from hotline.transaction import transaction
from tests.people.somebody import (
    EMAIL,
    NOW,
    account,
    actions,
    active,
    invited,
    mint,
    signed_in,
    try_password,
    use,
    with_factor,
)


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
