"""What the desk and a partner write to each other, from both sides."""

import pytest

from hotline.people.rules import Role
from hotline.transaction import transaction
from tests import builders, partners
from tests.web.desk import reads


def test_both_sides_write_in_one_thread_and_read_it(case, be):
    desk, partner = be(Role.OPERATOR), case.partner(be)
    asked = desk.send(case.path, {"body": "サーバーは<何>台ですか", "back": "task"})
    told = partner.send(case.path, {"body": "2台です", "back": "partner"})
    page = partner.get(case.path).text

    assert asked.headers["Location"].endswith(f"/tasks/{case.task.id}#threads")
    assert told.headers["Location"].endswith(f"/partner/tasks/{case.task.id}#threads")
    assert "サーバーは&lt;何&gt;台ですか" in page
    assert "2台です" in desk.get(case.path).text
    assert reads(f"task:{case.task.id}")[0].detail == {"part": "messages"}


def test_what_was_typed_comes_back_with_what_to_do(case, be):
    desk = be(Role.COORDINATOR)
    empty = desk.send(case.path, {"body": " "})
    nobody = desk.send(case.path, {"body": "a", "partner": "999"})
    with transaction():
        partners.agreed(case.ticket, given=False)
    refused = desk.send(case.path, {"body": "書きかけ"})

    assert (empty.status_code, nobody.status_code, refused.status_code) == (422, 404, 409)
    assert "メッセージをお書きください" in empty.text
    assert "書きかけ" in refused.text or "会員" in refused.text


def test_a_partner_reads_its_own_thread_alone_and_the_next_one_nothing_of_it(case, be):
    be(Role.COORDINATOR).send(case.path, {"body": "前の会社への話"})
    with transaction():
        case.put(vendor_id=case.other.id)
        partners.offer(case.task, case.other, status="accepted", engaged_at=None)
    successor = be(Role.VENDOR, vendor_code=case.other.code).get(case.path)

    assert "前の会社への話" not in successor.text
    assert "前の会社への話" in be(Role.AUDITOR).get(case.path).text


def test_after_a_no_of_the_member_the_partner_reads_nothing(case, be):
    be(Role.COORDINATOR).send(case.path, {"body": "打合せの話"})
    with transaction():
        partners.agreed(case.ticket, given=False)
    partner = case.partner(be)

    assert "打合せの話" not in partner.get(case.path).text
    assert partner.send(case.path, {"body": "a"}).status_code == 404


class Case:
    """A task that a partner does, and another partner."""

    def __init__(self) -> None:
        self.vendor, self.other = partners.vendor(), partners.vendor()
        self.ticket = builders.ticket()
        self.task = partners.engaged(self.vendor, self.ticket)
        self.path = f"/tasks/{self.task.id}/messages"
        partners.agreed(self.ticket)

    def partner(self, be):
        return be(Role.VENDOR, vendor_code=self.vendor.code)

    def put(self, **facts):
        for name, value in facts.items():
            setattr(self.task, name, value)


@pytest.fixture
def case(app):
    with transaction():
        return Case()
