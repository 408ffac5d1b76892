"""The intake in a real browser: typed, saved, joined, and nothing lost on the way."""

import re
from datetime import datetime, timedelta

import pytest

from tests.conftest import needs

needs("playwright")
from playwright.sync_api import Page, expect

from hotline.tickets.models import Ticket
from hotline.transaction import transaction
from tests import builders
from tests.browser import axe
from tests.browser.scene import NOW
from tests.browser.test_journeys import sign_in, spaced

pytestmark = pytest.mark.browser

NIGHT = datetime.fromisoformat("2026-12-30T22:15:08+09:00")


def test_a_typed_call_out_of_hours_from_sign_in_to_the_promise_read_out(visit, house):
    with house.at(NIGHT):
        page = visit().go("/sign-in")
        sign_in(page, house, "operator")
        new_call(page)
        expect(page.locator(".promise-time")).to_have_text("2027年1月4日（月）9:00 まで")
        page.keyboard.press("Alt+1")
        tick(page, "被害は今も広がっていますか。", "はい")
        choose_company(page, "やまだ", "株式会社ヤマダ部品")
        page.get_by_label("名前", exact=True).fill("山田 花子")
        page.get_by_label("安全な電話").fill("090-1234-5678")
        page.get_by_label("起きたこと（お客さまの言葉で）").fill("ファイルが開かない。")
        page.keyboard.press("Alt+s")

        expect(page.locator("[data-told]")).to_contain_text("SMSで送ります。")
        expect(page.locator("#part-severity .sev")).to_have_text("P1 緊急")
        expect(page.locator(".promise-say").first).to_contain_text(
            "1月4日、月曜日の午前9時までに、担当者からお電話いたします。"
        )
        expect(page.locator(".promise-say[lang=en]")).to_contain_text("Monday, 4 January")
        expect(page.locator("#saved")).to_contain_text("保存済み 22:15:08")


def test_a_duplicate_is_offered_first_and_joined(visit, house):
    old, new = twins(house)
    page = visit("operator").go(f"/tickets/{new.number}/intake")
    page.get_by_label("起きたこと（お客さまの言葉で）").fill("同じ画面が工場でも出た。")
    expect(page.locator(".offer")).to_contain_text("同じ事案ですか")
    page.get_by_role("button", name=f"{spaced(old.number)} の続きにする").click()

    expect(page).to_have_url(re.compile(f"/tickets/{old.number}$"))
    expect(page.locator(".told").first).to_contain_text(f"{spaced(old.number)} の続きです")
    page.goto(f"/tickets/{new.number}")
    expect(page.locator("main")).to_contain_text(spaced(old.number))
    expect(page.locator("main")).to_contain_text("同じ画面が工場でも出た。")


def test_another_incident_stays_away_after_the_save(visit, house):
    _old, new = twins(house)
    page = visit("operator").go(f"/tickets/{new.number}/intake")
    while page.locator("[data-apart]").count():
        page.locator("[data-apart]").first.click()
    page.keyboard.press("Alt+s")
    expect(page.locator("#saved")).to_contain_text("保存済み")

    expect(page.locator(".offer")).to_have_count(0)


def test_choosing_types_by_key_shows_questions_and_loses_no_word(visit, house):
    page = visit("operator").go(intake(house))
    page.get_by_label("起きたこと（お客さまの言葉で）").fill("書きかけ")
    page.keyboard.press("Alt+2")
    expect(page.locator(".type .set").nth(1)).to_have_text("✓ 主な種別")
    page.keyboard.press("Alt+1")

    expect(page.get_by_text("ネットワークから切り離しましたか")).to_be_visible()
    expect(page.get_by_role("radio", name="情報漏えい・外部からの指摘")).to_be_checked()
    expect(page.locator("#part-advice")).to_contain_text("LANケーブル")
    expect(page.get_by_label("起きたこと（お客さまの言葉で）")).to_have_value("書きかけ")
    expect(page.locator("#saved")).to_contain_text("保存済み")
    leave(page)


def test_an_answer_raises_the_severity_at_once_and_keeps_the_focus(visit, house):
    page = visit("operator").go(intake(house))
    page.keyboard.press("Alt+3")
    tick(page, "被害は今も広がっていますか。", "はい")

    expect(page.locator("#part-severity .sev")).to_have_text("P1 緊急")
    expect(page.locator("#part-questions .signal")).to_contain_text("P1 緊急の理由になります")
    assert page.evaluate("document.activeElement.id") == "answers.ongoing-yes"
    leave(page)


def test_a_company_is_found_while_its_name_is_typed_and_chosen_by_keyboard(visit, house):
    page = visit("operator").go(intake(house))
    page.locator("#company").press_sequentially("ﾔﾏﾀﾞ")
    expect(page.locator(".hit").first).to_contain_text("株式会社ヤマダ部品")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.locator("#company")).to_have_value("株式会社ヤマダ部品")
    expect(page.locator("#part-company .name")).to_have_text("株式会社ヤマダ部品")
    expect(page.locator("#part-company")).to_contain_text("JNX会員")
    expect(page).to_have_title(re.compile(r"[\d ]{11} 株式会社ヤマダ部品｜"))
    leave(page)


def test_a_contact_fills_the_fields_of_the_caller(visit, house):
    page = visit("operator").go(intake(house))
    choose_company(page, "たかはしせいら", "髙橋精螺工業㈱")
    contact = page.locator("[name=contact]").first
    name = contact.locator("b").inner_text()
    contact.click()

    expect(page.get_by_label("名前", exact=True)).to_have_value(name)
    leave(page)


def test_nothing_fires_while_an_ime_composes(visit, house):
    page = visit("operator").go(intake(house))
    box = page.get_by_label("名前", exact=True)
    box.focus()
    for key in ("Enter", "s", "1"):
        box.dispatch_event(
            "keydown",
            {"key": key, "code": KEYS[key], "altKey": True, "isComposing": True, "bubbles": True},
        )

    expect(page.locator("[name=case_types]:checked")).to_have_count(0)
    expect(page.locator("#saved")).to_contain_text("聴取はこれから")


KEYS = {"Enter": "Enter", "s": "KeyS", "1": "Digit1"}


def test_a_mistake_is_told_beside_its_field_and_goes_when_it_is_mended(visit, house):
    page = visit("operator").go(intake(house))
    page.locator("#discovered_day").fill("9/19")
    page.locator("#discovered_time").fill("25:00")
    error = page.locator("#discovered_at-error")
    expect(error).to_contain_text("18:10 のように")
    expect(page.locator("#discovered_time")).to_have_attribute("aria-invalid", "true")
    page.locator("#discovered_time").fill("7:40")

    expect(error).to_have_count(0)
    expect(page.locator("#discovered_time")).to_have_value("7:40")


def test_the_keys_lead_from_one_open_question_to_the_next(visit, house):
    page = visit("operator").go(intake(house))
    page.keyboard.press("Control+ArrowDown")
    expect(page.locator("[id='answers.ongoing-yes']")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Control+ArrowDown")
    expect(page.locator("[id='answers.ongoing-yes']")).not_to_be_focused()
    page.keyboard.press("Control+ArrowUp")

    expect(page.locator("[id='answers.ongoing-yes']")).to_be_focused()


@pytest.mark.parametrize("width", [1440, pytest.param(390, marks=pytest.mark.slow)])
def test_axe_finds_nothing_in_an_intake_full_of_everything(visit, house, width):
    _old, new = twins(house)
    page = visit("operator", width=width).go(f"/tickets/{new.number}/intake")
    for key in "125":
        page.keyboard.press(f"Alt+{key}")
    page.get_by_text("変える", exact=True).click()
    page.locator("#company").press_sequentially("たかはし")
    expect(page.locator(".hit").first).to_be_visible()
    page.locator("#discovered_day").fill("x")
    found = axe.run(page)

    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.documentElement.scrollHeight") <= 900 or width == 390
    leave(page)


def test_without_script_the_buttons_do_the_same(browser, house):
    context = browser.new_context(base_url=house.address, java_script_enabled=False)
    context.add_cookies([house.session("operator")])
    page = context.new_page()
    page.goto(intake(house))
    page.get_by_label("起きたこと（お客さまの言葉で）").fill("書きかけ")
    page.locator(".type").first.click()
    page.get_by_role("button", name="聞くことを表示する").click()
    expect(page.get_by_text("ネットワークから切り離しましたか")).to_be_visible()
    page.locator("#company").fill("やまだ")
    page.locator(".pop").get_by_role("button", name="探す").click()
    page.locator(".hit").first.click()
    expect(page.locator("#company")).to_have_value("株式会社ヤマダ部品")
    expect(page.get_by_label("起きたこと（お客さまの言葉で）")).to_have_value("書きかけ")
    page.locator("#save").click()

    expect(page.locator("#saved")).to_contain_text("保存済み")
    context.close()


def new_call(page: Page) -> None:
    page.locator("summary").filter(has_text="新しい受電").click()
    page.get_by_role("button", name="JNX窓口").click()
    page.wait_for_url("**/intake")


def choose_company(page: Page, typed: str, name: str) -> None:
    page.locator("#company").press_sequentially(typed)
    page.locator(".hit").filter(has_text=name).first.click()
    expect(page.locator("#part-company .name")).to_have_text(name)


def tick(page: Page, question: str, answer: str) -> None:
    group = page.get_by_role("group", name=question, exact=True)
    group.locator("label").filter(has_text=re.compile(f"^{answer}$")).click()


def leave(page: Page) -> None:
    """Go without being asked whether to keep what was typed."""
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/calendar")


def intake(house) -> str:
    """The address of the intake of a ticket of its own."""
    return f"/tickets/{opened(house, caller_phone='').number}/intake"


def opened(house, at: datetime = NOW, **facts: object) -> Ticket:
    with house.app.app_context(), transaction():
        made = builders.ticket(now=at, received_at=at, case_types=(), **facts)
        house.app.extensions["sqlalchemy"].session.expunge(made)
    return made


def twins(house) -> tuple[Ticket, Ticket]:
    """Two tickets of one number that nobody else has, the older one first."""
    phone = f"+8156600{len(house.numbers):04}"
    house.numbers[phone] = ""
    return (
        opened(house, NOW - timedelta(hours=2), caller_phone=phone, company="三好鋼材㈱"),
        opened(house, caller_phone=phone),
    )
