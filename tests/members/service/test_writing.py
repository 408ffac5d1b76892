"""A company is saved as somebody described it; of two who edit it the second is told."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.errors import Invalid
from hotline.members import queries
from hotline.members import service as members
from hotline.members.rules import ContactDetails, Details, PolicyDetails, SiteDetails
from hotline.transaction import transaction
from tests.builders import NOON

GIVEN = Details(
    "C1",
    "確認工業㈱",
    "カクニンコウギョウ",
    "7999901000001",
    "20418",
    ("0566-00-0001",),
    (SiteDetails("本社", "安城市1", ("0566-00-0002",)), SiteDetails("", "刈谷市2")),
    (ContactDetails("森 千晴", "モリ", "m@example.jp", "本社", ("090-0000-0001",)),),
    (PolicyDetails("P-1", date(2026, 4, 1), date(2027, 4, 1), 5, None),),
)


@pytest.fixture
def made(app):
    return save(None, GIVEN)


def save(member, details: Details, *, version: int | None = None):
    with transaction():
        if member is not None:
            member = queries.by_number(member.number)
        shown = version if version is not None else (member.version if member else 0)
        return members.save(member, details, version=shown, by_id=None, now=NOON)


def described() -> Details:
    db.session.rollback()
    return members.details_of(queries.by_number("C1"))


def without_ids(details: Details) -> Details:
    return replace(
        details,
        **{
            name: tuple(replace(one, id=None) for one in getattr(details, name))
            for name in ("sites", "contacts", "policies")
        },
    )


def test_what_is_saved_is_what_was_described(made):
    assert without_ids(described()) == GIVEN


def test_phones_are_kept_as_written_with_their_keys(made):
    (phone,) = (one for one in made.phones if one.contact_id)

    assert (phone.raw, phone.key, phone.site_id) == ("090-0000-0001", "09000000001", None)


def test_a_correction_keeps_the_rows_and_takes_away_what_is_gone(made):
    before = described()
    site = replace(before.sites[0], name="安城工場")
    contact = replace(before.contacts[0], site="安城工場", phones=())
    save(made, replace(before, sites=(site,), contacts=(contact,), phones=("0566-00-0009",)))
    after = described()

    assert [(one.id, one.name) for one in after.sites] == [(before.sites[0].id, "安城工場")]
    assert after.contacts[0].id == before.contacts[0].id
    assert (after.phones, after.contacts[0].phones) == (("0566-00-0009",), ())


def test_another_spelling_of_a_phone_is_the_same_phone(made):
    before = described()
    save(made, replace(before, phones=("0566000001",)))

    assert described().phones == ("0566000001",)


def test_a_save_without_a_change_changes_nothing(made):
    version = made.version
    save(made, described())

    assert queries.by_number("C1").version == version


def test_of_two_who_edit_the_second_is_told(made):
    version = made.version
    save(made, replace(described(), kana="カクニン"), version=version)
    with pytest.raises(members.Stale):
        save(made, replace(described(), kana="ベツ"), version=version)

    assert described().kana == "カクニン"


def test_only_a_change_of_people_counts_the_version_up_too(made):
    version = made.version
    save(made, replace(described(), contacts=()))

    assert queries.by_number("C1").version > version


def test_a_number_belongs_to_one_company(made):
    with pytest.raises(Invalid) as refused:
        save(None, GIVEN)

    assert set(refused.value.fields) == {"number"}


def test_the_number_of_a_company_never_changes(made):
    save(made, replace(described(), number="C2", kana="カ"))

    assert queries.by_number("C2") is None


def test_the_trail_names_the_changed_parts_and_no_value(made):
    save(made, replace(described(), kana="カ", contacts=()))
    query = select(AuditEntry.action, AuditEntry.subject, AuditEntry.detail)
    found = [tuple(row) for row in db.session.execute(query.order_by(AuditEntry.id))]

    assert found == [
        ("member.added", "member:C1", {}),
        ("member.changed", "member:C1", {"fields": ["kana", "contacts"]}),
    ]
