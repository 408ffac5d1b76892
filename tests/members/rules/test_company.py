"""A company as somebody types it into a form."""

from datetime import date

import pytest

from hotline.errors import Invalid
from hotline.members.rules import company

HEAD = {"number": "C1", "name": "確認工業", "phones": "0566-00-0001、0566000001, 0566-00-0002"}
SITE = {"id": "7", "name": "本社", "address": "安城市1", "phones": ""}
CONTACT = {
    "name": "森",
    "kana": "",
    "email": "m@example.jp",
    "site": "1",
    "phones": "090-0000-0001",
}
POLICY = {"name": "P", "day_from": "2026/4/1", "day_to": "2027/4/1", "cost_limit_yen": "3億"}


def problems(*groups) -> set[str]:
    with pytest.raises(Invalid) as refused:
        company(*groups)
    return set(refused.value.fields)


def test_a_form_describes_a_whole_company():
    found = company(HEAD, [{}, SITE], [CONTACT, {"site": "1"}], [POLICY, {}])

    assert found.phones == ("0566-00-0001", "0566-00-0002")
    assert [(one.id, one.name) for one in found.sites] == [(7, "本社")]
    assert [(one.name, one.site) for one in found.contacts] == [("森", "本社")]
    assert found.policies[0].day_from == date(2026, 4, 1)
    assert found.policies[0].cost_limit_yen == 300_000_000


def test_number_and_name_are_needed():
    assert problems({}, [], [], []) == {"number", "name"}


def test_each_mistake_stands_at_its_field():
    head = {**HEAD, "corporate_number": "1", "phones": "x"}
    found = problems(
        head,
        [{"address": "安\x00城"}, {**SITE, "phones": "y"}],
        [{"email": "a"}, {"phones": "090-0000-0001"}],
        [{"name": "P"}, {**POLICY, "day_to": "2026/4/1"}],
    )

    assert found == {
        "corporate_number", "phones", "sites-0-address", "sites-1-phones", "contacts-0-email",
        "contacts-0-name", "contacts-1-name", "policies-0-day_from", "policies-0-day_to",
        "policies-1-day_to",
    }  # fmt: skip


def test_nothing_stands_there_twice():
    found = problems(HEAD, [SITE, {}, SITE], [], [POLICY, POLICY])

    assert found == {"sites-2-name", "policies-1-name"}


def test_a_site_that_is_not_in_the_form_is_none():
    found = company(HEAD, [SITE], [{**CONTACT, "site": "9"}], [])

    assert found.contacts[0].site is None
