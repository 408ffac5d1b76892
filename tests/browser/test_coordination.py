"""One task from the question to the check: three people in browsers, a telephone, and a clock."""

import re
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from tests.conftest import needs

needs("playwright")
from playwright.sync_api import Page, expect
from werkzeug.datastructures import MultiDict

from hotline.adapters import signature
from hotline.coordination import queries
from hotline.coordination.models import Offer
from hotline.db import db
from hotline.edge import offer_links
from hotline.people.models import Person
from hotline.sessions import service as sessions
from hotline.transaction import transaction
from hotline.vendors import queries as vendors
from tests import partners
from tests.browser import scene
from tests.browser.conftest import Visitor
from tests.company import RING, TOKEN

pytestmark = pytest.mark.browser

FIRST, SECOND, THIRD = "シグマ鑑識合同会社", "㈱北斗データ鑑識", "みらい鑑識㈱"
AMOUNT = "9,900,000円"


def test_forensics_go_to_the_third_who_is_asked_and_are_paid_for_after_the_member_agreed(
    visit, house, third
):
    number = called_in(house)
    task = ask_three(visit("coordinator").page, number)
    pass_the_reply_by(house, task)
    coordinator, member, partner = visit("coordinator"), visit("member"), visit()
    be(partner, house, third)

    check_second_is_asked(coordinator.page, house, task)
    decline_by_link(visit().page, house, task)
    accept_by_key(house, task)
    estimate(partner.page)
    say_what_costs(coordinator.page, number)
    ask_for_approval(coordinator.page, task)
    approve(member.page)
    work_and_deliver(partner.page, task)
    check(coordinator.page, task)

    check_costs(coordinator.page, number)
    check_stories(coordinator.page, member.page, partner.page, number, task)


def ask_three(page: Page, number: str) -> int:
    """Take the proposal, and ask the three who do forensics in this order."""
    page.goto(f"/tickets/{number}")
    proposed = page.locator(".task", has=page.get_by_role("heading", name="フォレンジック調査"))
    expect(proposed).to_contain_text("理由：")
    proposed.get_by_role("button", name="加える").click()
    page.get_by_role("link", name="フォレンジック調査").first.click()
    page.wait_for_url(re.compile(r"/tasks/\d+$"))
    task = int(page.url.rsplit("/", 1)[1])
    page.get_by_role("link", name="候補を見て打診する").first.click()
    page.fill("[name=scope]", "暗号化被害の証拠保全と原因調査")
    for name, when in ((FIRST, "now"), (SECOND, "then"), (THIRD, "then")):
        page.locator("tr", has_text=name).locator("select").select_option(when)
    page.fill("[name=overruled]", "会員の工場を知っている")
    page.locator("button[value=ask]").click()
    expect(page.locator("main")).to_contain_text(FIRST)
    return task


def pass_the_reply_by(house, task: int) -> None:
    """Nobody answers until it is too late; the worker looks at that moment."""
    with house.app.app_context():
        reply_by = live(task).reply_by
    assert reply_by is not None
    house.now = reply_by
    done = house.app.test_cli_runner().invoke(args=["tick", "--at", reply_by.isoformat()])

    assert done.exit_code == 0, done.output


def check_second_is_asked(page: Page, house, task: int) -> None:
    """The desk reads that the first kept silent, and who is asked now."""
    page.goto(f"/tasks/{task}")
    expect(page.locator(".story")).to_contain_text(f"{FIRST}の回答期限が過ぎました")
    with house.app.app_context():
        assert vendors.by_id(live(task).vendor_id).name == SECOND


def decline_by_link(page: Page, house, task: int) -> None:
    """The second one opens the link of its message, and says no; the link is used up."""
    with house.app.app_context():
        offer = live(task)
        contact = vendors.contacts_of(offer.vendor_id)[0]
        settings = house.app.extensions["hotline.settings"]
        link = f"/offers/{offer_links.mint(offer.id, contact.id, settings)}"
    page.goto(link)
    expect(page.locator("main")).not_to_contain_text("髙橋精螺工業")
    page.locator("summary").click()
    page.get_by_label("人員の空きがない").check()
    page.locator("button[value=decline]").click()
    expect(page.locator("main")).to_contain_text("ありがとうございました")

    assert page.goto(link).status == 410


def accept_by_key(house, task: int) -> None:
    """The third one is rung, and presses 1."""
    with house.app.app_context():
        offer = live(task)
        contact = vendors.contacts_of(offer.vendor_id)[0]
    path = f"/twilio/offer/answer?offer={offer.id}&contact={contact.id}&language=ja"
    assert "お引き受けを記録しました" in told_by_telephone(house, path, Digits="1")


def told_by_telephone(house, path: str, **fields: str) -> str:
    """What is answered to the telephone company, which signs what it posts."""
    made = signature.sign(house.address + path, MultiDict(RING | fields), TOKEN)
    posted = urlencode(RING | fields).encode()
    asked = Request(house.address + path, posted, {signature.SIGNATURE_HEADER: made})
    with build_opener(ProxyHandler({})).open(asked, timeout=10) as answer:
        return str(answer.read().decode())


def estimate(page: Page) -> None:
    page.goto("/partner")
    page.get_by_role("link", name="フォレンジック調査").first.click()
    page.get_by_role("button", name="見積りを始める").click()
    page.fill("[name=item]", "サーバーの保全と解析")
    page.fill("[name=quantity]", "3")
    page.fill("[name=unit_price_yen]", "3,000,000")
    page.get_by_role("button", name="行を加える").click()
    expect(page.locator("main")).to_contain_text(AMOUNT)


def say_what_costs(page: Page, number: str) -> None:
    page.goto(f"/tickets/{number}/costs")
    page.fill("[name=said_to]", "邊見さま")
    page.locator("form:has([name=said_to]) button").click()
    expect(page.locator("main")).to_contain_text("伝えた日時")


def ask_for_approval(page: Page, task: int) -> None:
    page.goto(f"/tasks/{task}")
    page.get_by_role("button", name="承認をお願いする").click()
    expect(page.locator("main")).to_contain_text("承認待ち")


def approve(page: Page) -> None:
    """The member sees what it costs, and that a part may not be payable, before agreeing."""
    page.goto("/")
    asked = page.locator(".ask .part", has_text=AMOUNT)
    asked.get_by_role("link", name="見積りを見て回答する").click()
    expect(page.locator("main")).to_contain_text("一部お支払いの対象外となる場合があります")
    page.get_by_role("button", name=re.compile(AMOUNT)).click()
    expect(page.locator("h1")).to_contain_text("お見積りをご承認いただきました。")


def work_and_deliver(page: Page, task: int) -> None:
    page.goto(f"/partner/tasks/{task}")
    page.locator("form:has([value=in_progress]) .btn-primary").click()
    page.fill("[name=note]", "侵入はVPN装置から。影響はサーバー2台。")
    page.select_option("[name=kind]", "final_report")
    page.get_by_role("button", name="提出する").click()
    page.locator("form:has([value=delivered]) .btn-primary").click()
    expect(page.locator("main")).to_contain_text("検収")


def check(page: Page, task: int) -> None:
    page.goto(f"/tasks/{task}")
    page.locator("button[value=checked]").click()
    expect(page.locator("main")).to_contain_text("検収済み")


def check_costs(page: Page, number: str) -> None:
    """Three per cent of the plan's limit, said in words and drawn."""
    page.goto(f"/tickets/{number}/costs")
    expect(page.locator("main")).to_contain_text("S2")
    expect(page.locator("main")).to_contain_text("300,000,000円")
    expect(page.locator("main")).to_contain_text("3.3%")
    expect(page.locator("svg.draw").first).to_have_attribute("aria-label", re.compile(AMOUNT))


def check_stories(desk: Page, member: Page, partner: Page, number: str, task: int) -> None:
    """The desk reads everything, the member who works for it, the partner its own task alone."""
    desk.goto(f"/tickets/{number}")
    member.goto(f"/portal/tickets/{number}?story=all")
    partner.goto(f"/partner/tasks/{task}")
    stories = {
        "desk": desk.locator(".story").inner_text(),
        "member": member.locator(".story").inner_text(),
        "partner": partner.locator(".story").inner_text(),
    }

    assert all(name in stories["desk"] for name in (FIRST, SECOND, THIRD))
    assert THIRD in stories["member"]
    assert not any(name in stories["member"] for name in (FIRST, SECOND))
    assert not any(name in stories["partner"] for name in (FIRST, SECOND))
    assert "検収済み" in stories["partner"]


def called_in(house) -> str:
    """A ransom at a company with plan S2, whose caller agrees that partners are told."""
    with house.app.app_context(), transaction():
        made = scene._ticket(
            "2026-09-24T09:10:00+09:00",
            company="髙橋精螺工業㈱",
            caller_name="邊見 さゆり",
            member_number="JNX-1001",
        )
        return made.number


def live(task: int) -> Offer:
    """Who is asked at the moment."""
    db.session.expire_all()
    return next(one for one in queries.offers_of([task]) if one.status == "offered")


def be(visitor: Visitor, house, person: Person) -> None:
    with house.app.app_context(), transaction():
        secret = sessions.start(person.id, complete=True, address="", now=house.now)
    visitor.context.add_cookies([{"name": "hotline", "value": secret, "url": house.address}])


@pytest.fixture
def third(house) -> Person:
    """Somebody of a third partner who does forensics, at any hour."""
    with house.app.app_context(), transaction():
        vendor = partners.vendor(name=THIRD, capacity=1)
        vendor.functions[0].reply_minutes = 480  # So that the ranking puts it behind the others.
        partners.contact(vendor, phone="+81312340003")
        return partners.somebody_of(vendor)
