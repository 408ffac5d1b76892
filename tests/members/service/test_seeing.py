"""A company decides who of its people sees all its tickets."""

import pytest
from sqlalchemy import select

from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.errors import Invalid
from hotline.members import service as members
from hotline.members.rules import Sees, sees_all
from tests import builders
from tests.builders import NOON

pytestmark = pytest.mark.usefixtures("writing")


def test_a_company_chooses_and_nobody_who_corrects_it_is_disturbed():
    company = builders.member("M1")
    version = company.version
    members.set_sees(company, "named", by_id=7, now=NOON)
    entry = db.session.scalars(select(AuditEntry)).one()

    assert (company.sees, company.version) == ("named", version)
    assert (entry.subject, entry.person_id, entry.detail) == ("member:M1", 7, {"sees": "named"})


def test_there_is_no_fifth_choice():
    company = builders.member("M1")

    with pytest.raises(Invalid, match="four"):
        members.set_sees(company, "some", by_id=7, now=NOON)


@pytest.mark.parametrize(
    ("sees", "manager", "named", "neither"),
    [
        (Sees.NOBODY, False, False, False),
        (Sees.MANAGERS, True, False, False),
        (Sees.NAMED, True, True, False),
        (Sees.EVERYBODY, True, True, True),
    ],
)
def test_who_sees_the_tickets_of_colleagues(sees, manager, named, neither):
    assert sees_all(sees, manager=True, named=False) is manager
    assert sees_all(sees, manager=False, named=True) is named
    assert sees_all(sees, manager=False, named=False) is neither
