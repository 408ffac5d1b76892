"""A number that somebody calls from is put on file with one press."""

import pytest

from hotline.errors import Invalid, Missing
from hotline.members import queries, service
from hotline.members.service import Stale
from tests import builders
from tests.builders import NOON


def test_a_number_is_added_to_the_company_and_found_from_then_on(writing):
    company = builders.member("JNX-1")
    service.number_belongs_to(company, "0566-00-1234", version=1, by_id=1, now=NOON)

    assert queries.by_phone("+81566001234") == [company]
    assert {phone.raw for phone in company.phones} == {"0120-066-318", "0566-00-1234"}


def test_a_number_is_added_to_somebody_at_the_company(writing):
    company = builders.member("JNX-1")
    contact = company.contacts[0]
    service.number_belongs_to(
        company, "090-0000-5521", contact_id=contact.id, version=1, by_id=1, now=NOON
    )
    (place,) = queries.places_of_phones({"09000005521"})

    assert (place.number, place.contact) == ("JNX-1", "山田 花子")


def test_a_number_is_put_on_file_with_no_contact_of_another_company(writing):
    stranger = builders.member("JNX-2").contacts[0]

    with pytest.raises(Missing):
        service.number_belongs_to(
            builders.member("JNX-1"), "090-0000-5521", contact_id=stranger.id, version=1,
            by_id=1, now=NOON,
        )  # fmt: skip


def test_a_number_that_is_there_stays_as_it_is_written(writing):
    company = builders.member("JNX-1")
    service.number_belongs_to(company, "+81120066318", version=1, by_id=1, now=NOON)

    assert [phone.raw for phone in company.phones] == ["0120-066-318"]
    assert company.version == 1


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(writing):
    with pytest.raises(Stale):
        service.number_belongs_to(
            builders.member("JNX-1"), "0566-00-1234", version=0, by_id=1, now=NOON
        )


def test_what_is_no_phone_is_refused(writing):
    with pytest.raises(Invalid, match="phone"):
        service.number_belongs_to(builders.member("JNX-1"), "-", version=1, by_id=1, now=NOON)


def test_a_number_of_a_site_names_the_site_and_one_of_several_none(writing):
    company = builders.member("JNX-1")
    company.phones[0].site_id = company.sites[0].id

    assert queries.site_of_phone(company, "0120066318") == "本社工場"
    assert queries.site_of_phone(company, "0566-00-1234") == ""
    assert queries.places_of_phones([]) == queries.with_policies([]) == []
