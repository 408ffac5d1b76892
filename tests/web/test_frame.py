"""The frame of every page: who sees which entry, what is counted, and what it costs."""

from datetime import timedelta

import pytest

from hotline.calls.rules import Status
from hotline.people.rules import DESK, Role
from hotline.transaction import transaction
from hotline.web import frame
from tests import builders
from tests.builders import NOON
from tests.web.desk import opened

DAY = timedelta(days=1)


@pytest.mark.parametrize("role", Role)
def test_every_entry_of_the_navigation_leads_to_a_page_that_the_role_may_open(be, role):
    facts = {"member_number": "JNX-1"} if role is Role.MEMBER else {}
    browser = be(role, **facts)
    paths = [one.path for one in frame.ENTRIES if role in one.roles]

    assert {path: browser.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)


def test_the_entries_count_what_waits_on_them(desk):
    opened(received_at=NOON - DAY, severity="p1")
    with transaction():
        builders.call(status=Status.MISSED)
        builders.page()
        builders.notice().status = "failed"
    page = desk.get("/calendar").text

    assert counted(page, "/tickets") == "1"
    assert counted(page, "/calls/missed") == "1"
    assert counted(page, "/attention") == "2"


def test_the_entry_of_the_nearest_page_is_the_present_one(desk):
    page = desk.get("/calls/missed").text

    assert page.count('aria-current="page"') == 1
    assert 'href="/calls/missed" aria-current="page"' in page


def test_rare_pages_fold_behind_one_word_but_never_the_one_that_is_open(desk):
    board, partners = (
        desk.get(path).text.partition("</nav>")[0] for path in ("/board", "/vendors")
    )
    folded = [one.partition('class="rarer"')[2] for one in (board, partners)]

    assert all(f'href="{path}"' in folded[0] for path in ("/members", "/vendors", "/duty"))
    assert 'href="/attention"' not in folded[0]
    assert 'href="/vendors"' not in folded[1]


def test_whoever_looks_after_a_company_is_led_to_its_accounts(be):
    facts = {"member_number": "JNX-1"}
    pages = [be(Role.MEMBER, **facts, manager=one).get("/portal").text for one in (True, False)]

    assert ['href="/company"' in page for page in pages] == [True, False]


def test_who_has_few_pages_sees_them_side_by_side(be):
    assert 'class="rarer"' not in be(Role.ADMINISTRATOR).get("/people").text


def test_all_counts_of_the_frame_are_one_statement(desk, statements):
    with statements() as sent:
        desk.get("/calendar")

    assert len([one for one in sent if "count(" in one]) == 1


@pytest.mark.parametrize("role", Role)
def test_who_works_on_tickets_can_write_down_a_new_call_on_every_page(be, role):
    page = be(role).get("/calendar").text

    assert ('action="/intake"' in page) is (role in DESK)


def test_the_new_call_asks_for_the_line_where_there_are_several(desk):
    page = desk.get("/calendar").text
    form = page[page.index('action="/intake"') :].partition("</form>")[0]

    assert form.count('name="line"') == 2
    assert "JNX窓口" in form


def test_the_search_box_stands_on_the_pages_of_who_may_search(desk, be):
    page = desk.get("/calendar").text

    assert 'id="search"' in page
    assert 'action="/search"' in page
    assert 'id="search"' not in be(Role.VENDOR).get("/calendar").text


def counted(page: str, path: str) -> str:
    return (
        page.split(f'href="{path}"')[1].split('<span class="count')[1].split(">")[1].split("<")[0]
    )
