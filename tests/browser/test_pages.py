"""Every page in a real browser: nothing axe finds, nothing that scrolls sideways, no complaint."""

import pytest

from tests.conftest import needs

needs("playwright")
from tests.browser import axe
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser

PAGES = {
    "the console": ("/console", "operator"),
    "the console off duty": ("/console", "supervisor"),
    "one call": ("/calls/{answered call}", "operator"),
    "the end of a call": ("/calls/{answered call}/wrap-up", "operator"),
    "incidents": ("/incidents", "coordinator"),
    "tickets of one cause": ("/incidents/{incident}", "coordinator"),
    "choosing for an incident": ("/incidents/pick", "coordinator"),
    "the hand-over": ("/handover", "operator"),
    "the status of a caller": ("/status/{link}", None),
    "the status by number": ("/status?number=482170933", None),
    "the code for a status": ("/status/code", None),
    "the status behind a code": ("/status/mine", "caller"),
    "what was advised": ("/status/{link}/advice", None),
    "calls": ("/calls", "operator"),
    "an empty day": ("/calls?day=2026-09-01", "auditor"),
    "missed calls": ("/calls/missed", "operator"),
    "attention": ("/attention", "supervisor"),
    "attention without cases": ("/attention", "administrator"),
    "tickets": ("/tickets", "coordinator"),
    "tickets narrowed": ("/tickets?severity=p1&drill=no&from=2026-09-01", "operator"),
    "no tickets": ("/tickets?status=closed", "coordinator"),
    "a late ticket": ("/tickets/{late}", "coordinator"),
    "a taken ticket": ("/tickets/{taken}", "coordinator"),
    "a moved ticket": ("/tickets/{moved}", "coordinator"),
    "a kept ticket": ("/tickets/{kept}", "auditor"),
    "a hostile ticket": ("/tickets/{hostile}", "coordinator"),
    "an intake": ("/tickets/{taken}/intake", "operator"),
    "an intake with a company": ("/tickets/{late}/intake", "supervisor"),
    "companies for an intake": ("/intake/companies?q=やまだ", "operator"),
    "the ticket of a member": ("/portal/tickets/{late}", "member"),
    "the first page of a member": ("/portal", "member"),
    "a new request of a member": ("/portal/new", "member"),
    "what a member is asked for": ("/tickets/{shared}/correspondence", "coordinator"),
    "members": ("/members", "coordinator"),
    "one company": ("/members/JNX-1001", "supervisor"),
    "the form of a company": ("/members/JNX-1001/edit", "coordinator"),
    "an import": ("/members/import", "coordinator"),
    "what is found": ("/search?q=高橋", "coordinator"),
    "nothing found": ("/search?q=zzzz", "coordinator"),
    "what a member finds": ("/search?q=工場", "member"),
    "partners": ("/vendors", "coordinator"),
    "one partner": ("/vendors/5", "coordinator"),
    "the form of a partner": ("/vendors/1/edit", "administrator"),
    "a contact of a partner": ("/vendors/1/contacts/new", "supervisor"),
    "the board": ("/board", "coordinator"),
    "an empty board": ("/board?line=sompo_desk&case_type=defacement", "auditor"),
    "a ticket partners work on": ("/tickets/{shared}", "coordinator"),
    "the ticket its member sees": ("/portal/tickets/{shared}", "member"),
    "a new task": ("/tickets/{shared}/tasks/new", "operator"),
    "a task nobody took": ("/tasks/6", "coordinator"),
    "a task somebody is asked for": ("/tasks/5", "coordinator"),
    "a task with a price": ("/tasks/2", "coordinator"),
    "a task to be checked": ("/tasks/7", "coordinator"),
    "a task to be read": ("/tasks/3", "auditor"),
    "choosing whom to ask": ("/tasks/6/offering", "coordinator"),
    "what a partner may see": ("/tasks/1/releases", "coordinator"),
    "the brief of a task": ("/tasks/3/brief", "coordinator"),
    "messages with a partner": ("/tasks/1/messages", "coordinator"),
    "the costs of a case": ("/tickets/{shared}/costs", "coordinator"),
    "a case without costs": ("/tickets/{late}/costs", "supervisor"),
    "an approval that is asked for": ("/approvals/2", "member"),
    "an approval the desk waits for": ("/approvals/2", "coordinator"),
    "an approval that was given": ("/approvals/1", "member"),
    "the work of a partner": ("/partner", "vendor"),
    "an offer in the portal": ("/partner/tasks/5", "vendor"),
    "a task of a partner": ("/partner/tasks/7", "vendor"),
    "an offer": ("/offers/{offer offered}", None),
    "an offer that is over": ("/offers/{offer accepted}", None),
    "an offer that never was": ("/offers/nothing", None),
    "a new partner": ("/vendors/new", "coordinator"),
    "rules for partners": ("/configuration/partners", "administrator"),
    "duty": ("/duty", "supervisor"),
    "people": ("/people", "administrator"),
    "extra closures": ("/calendar/closures", "supervisor"),
    "what a closure does": (
        "/calendar/closures?day=2026/09/24&reason_ja=台風&reason_en=typhoon",
        "supervisor",
    ),
    "configuration": ("/configuration", "administrator"),
    "the hearing sheet in force": ("/configuration/hearing", "auditor"),
    "settings": ("/configuration/settings", "administrator"),
    "the accounts of a company": ("/company", "member"),
    "a colleague": ("/company/people/12", "member"),
    "one's own account": ("/me", "operator"),
    "calendar": ("/calendar", None),
    "calendar with an answer": ("/calendar?day=2026/12/30&time=22:15:00", "operator"),
    "sign-in": ("/sign-in", None),
    "a forgotten password": ("/sign-in/reset", None),
    "language": ("/language", None),
    "missing": ("/tickets/000000000", "coordinator"),
    "forbidden": ("/people", "member"),
    "an error without anybody": ("/nothing-here", None),
}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("theme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_axe_finds_nothing(known, house, name, theme):
    path, role = PAGES[name]
    visitor = known(role)
    page = visitor.go(path.format(**house.numbers, link=house.link("late")), theme)
    found = axe.run(page)

    assert found.violations_count == 0, found.generate_report()
    assert visitor.complaints == []


@pytest.fixture(scope="module")
def known(browser, house):
    """Everybody keeps one browser for all pages: what was loaded once is not loaded again."""
    opened = {}

    def visit(role):
        if role not in opened:
            opened[role] = Visitor(browser, house, 1440, "ja")
            if role:
                opened[role].be(role)
        opened[role].complaints.clear()
        return opened[role]

    yield visit
    for visitor in opened.values():
        visitor.context.close()


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_phone_and_has_one_heading_and_one_thing_to_do(visit, house, name):
    path, role = PAGES[name]
    for language in ("ja", "en"):
        page = visit(role, width=390, language=language).go(
            path.format(**house.numbers, link=house.link("late"))
        )

        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("h1").count() == 1
        assert page.locator("main .btn-primary:visible").count() <= 1


BELOW = """() => {
    const call = document.querySelector(".tel").getBoundingClientRect();
    const last = document.querySelector("main > :last-child").getBoundingClientRect();
    return {top: Math.round(call.top), bottom: Math.round(call.bottom), last: last.bottom};
}"""


def test_calling_is_where_the_thumb_is_and_covers_nothing_at_the_end(visit, house):
    page = visit("member", width=390).go(f"/portal/tickets/{house.numbers['shared']}")
    page.set_viewport_size({"width": 390, "height": 700})
    page.locator(".jumps").get_by_role("link", name="対応履歴").click()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    seen = page.evaluate(BELOW)

    assert page.locator(".tel").inner_text().split() == ["電話", "0120-066-318"]
    assert seen["bottom"] == 700
    assert seen["last"] <= seen["top"]


BAR = """() => {
    const box = (one) => one.getBoundingClientRect();
    const last = box(document.querySelector(".bar-top nav li:last-child"));
    const others = Array.from(document.querySelectorAll(".bar-top .push > *"), box);
    const covers = (one) => one.left < last.right && one.bottom > last.top && one.top < last.bottom;
    return !others.some((one) => one.width && covers(one));
}"""
"""Whether nothing covers the last entry of the navigation."""


@pytest.mark.parametrize("language", ["ja", "en"])
def test_nothing_covers_the_navigation(visit, language):
    visitor = visit("supervisor", language=language)
    page = visitor.go("/tickets")
    for width in (1920, 1536, 1440, 1366, 1280, 1210):
        page.set_viewport_size({"width": width, "height": 900})

        assert page.evaluate(BAR), width
    page.set_viewport_size({"width": 1440, "height": 900})

    assert page.locator(".bar-top").bounding_box()["height"] < 50


@pytest.mark.parametrize("width", [1440, 390])
def test_the_rarer_pages_unfold_where_they_can_be_reached(visit, width):
    page = visit("supervisor", width=width).go("/tickets")
    page.locator(".rarer > summary").click()
    page.locator(".rarer").get_by_role("link", name="提携事業者").click()
    page.wait_for_url("**/vendors")

    assert page.locator("nav [aria-current=page]").inner_text() == "提携事業者"
