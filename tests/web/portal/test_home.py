"""The member's first page: the own tickets, and what happens next on each."""

import re

from hotline.people.rules import Role
from tests.builders import NOON
from tests.web.desk import opened


def shown(page: str) -> set[str]:
    """The numbers of the tickets that the page leads to."""
    return set(re.findall(r'href="/portal/tickets/([0-9]{9})"', page))


def test_a_member_has_a_first_page_with_the_own_tickets_alone(be):
    own, _foreign = opened(member_number="JNX-1"), opened(member_number="JNX-2")
    member = be(Role.MEMBER, member_number="JNX-1")

    assert member.get("/").location == "/portal"
    assert shown(member.get("/portal").text) == {own.number}


def test_a_member_without_tickets_is_told_what_to_do(be):
    assert "お電話ください" in be(Role.MEMBER, member_number="JNX-9").get("/portal").text


def test_who_waits_too_long_reads_so_on_the_first_page(be):
    opened(received_at=NOON.replace(month=11, day=3), member_number="JNX-1", severity="p1")
    page = be(Role.MEMBER, member_number="JNX-1").get("/portal").text

    assert "お待たせして申し訳ありません" in page
    assert "お電話いたします。" not in page
