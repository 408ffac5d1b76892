"""The right column of the desk by keyboard: advice, read-back and a P1 that does not wait."""

from datetime import timedelta

import pytest

from hotline.db import db
from hotline.duty import queries as pages
from hotline.tickets import queries
from hotline.tickets.models import Ticket
from hotline.transaction import transaction
from tests.conftest import needs

needs("playwright")
from playwright.sync_api import expect

from tests.browser import axe, scene

pytestmark = pytest.mark.browser

AWAY = 1200
"""Milliseconds without a connection."""


def test_what_is_ticked_without_a_connection_keeps_its_time(visit, house):
    number = called_in(house, "圏外工業㈱")
    visitor = visit("operator")
    page = visitor.go(f"/tickets/{number}/intake")
    visitor.context.set_offline(True)
    page.keyboard.press("Alt+KeyK")
    line = page.locator(".say", has=page.locator(":checked")).first
    expect(line).to_contain_class("is-local")
    page.wait_for_timeout(AWAY)
    visitor.context.set_offline(False)
    expect(line).not_to_contain_class("is-local")
    visitor.complaints[:] = [one for one in visitor.complaints if "DISCONNECTED" not in one]
    page.reload()

    expect(page.locator(".say :checked")).to_have_count(1)
    expect(page.locator("#part-advice [data-count]")).to_contain_text("件中1件")
    with house.app.app_context():
        (kept,) = queries.said_advice(ticket_of(number).id)
    assert scene.NOW - kept.said_at >= timedelta(milliseconds=AWAY)


def test_what_is_ticked_behind_an_answer_keeps_neither_from_being_shown(visit, house):
    number = called_in(house, "二重入力工業㈱")
    visitor = visit("operator")
    page = visitor.go(f"/tickets/{number}/intake")
    visitor.context.set_offline(True)
    sheet = page.get_by_role("group", name="被害は今も広がっていますか。")
    sheet.get_by_text("はい", exact=True).click()
    expect(page.locator(".q.is-local")).to_have_count(1)
    page.keyboard.press("Alt+KeyK")
    expect(page.locator(".say.is-local")).to_have_count(1)
    visitor.context.set_offline(False)
    expect(page.locator(".say.is-local")).to_have_count(0)
    visitor.complaints[:] = [one for one in visitor.complaints if "DISCONNECTED" not in one]

    expect(page.locator("#part-severity .sev")).to_have_text("P1 緊急")
    expect(page.locator(".say :checked")).to_have_count(1)


def test_a_key_reads_back_line_by_line(visit, house):
    number = called_in(house, "復唱工業㈱")
    page = visit("operator").go(f"/tickets/{number}/intake")
    expect(page.locator("#part-readback-state")).to_contain_text("復唱はまだ")
    for _ in range(3):  # The first opens the list.
        page.keyboard.press("Alt+KeyB")

    expect(page.locator("#part-readback :checked")).to_have_count(2)
    expect(page.locator("#part-readback-state")).to_contain_text("件中2件")


def test_a_p1_is_rung_with_one_key_and_a_reason(visit, house):
    number = called_in(house, "至急工業㈱")
    page = visit("operator").go(f"/tickets/{number}/intake")
    page.keyboard.press("Alt+KeyP")
    page.keyboard.type("暗号化が進んでいる")
    page.keyboard.press("Enter")

    expect(page.locator(".promise-time")).to_contain_text("対応開始：即時")
    expect(page.locator("#rung")).to_contain_text("呼び出しています")
    with house.app.app_context():
        assert [one.status for one in pages.pages_of(number)] == ["open"]


def test_the_caller_reads_again_what_was_said(visit, house):
    number = called_in(house, "再読工業㈱")
    desk = visit("operator").go(f"/tickets/{number}/intake")
    desk.keyboard.press("Alt+KeyK")
    expect(desk.locator(".say:has(:checked):not(.is-local)")).to_have_count(1)
    assert axe.run(desk).violations_count == 0
    house.numbers["reread"] = number
    page = visit(None, width=390).go(f"/status/{house.link('reread')}")
    page.get_by_role("link", name="助言を読む").click()
    assert axe.run(page).violations_count == 0
    page.get_by_role("textbox", name="確認コード").fill(code_of(house, number))
    page.keyboard.press("Enter")

    expect(page.locator(".says li")).to_have_count(1)
    assert axe.run(page).violations_count == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def called_in(house, company: str) -> str:
    """An encryption call of this minute; nobody answered anything yet."""
    with house.app.app_context(), transaction():
        return scene._ticket(scene.NOW.isoformat(), company=company).number


def code_of(house, number: str) -> str:
    """The six digits that the operator reads out."""
    with house.app.app_context():
        return ticket_of(number).caller_code


def ticket_of(number: str) -> Ticket:
    return db.session.query(Ticket).filter_by(number=number).one()
