"""The keys of a page, in a real browser: pressed, listed, and silent while text is composed."""

import pytest

from tests.conftest import needs

needs("playwright")
from playwright.sync_api import Page, expect

from tests.browser import axe

pytestmark = pytest.mark.browser


@pytest.fixture
def page(visit, house) -> Page:
    """The desk of a ticket, with controls whose presses are counted."""
    opened = visit("operator").go(f"/tickets/{house.numbers['kept']}/intake")
    opened.fill("#caller_name", "")
    opened.locator("#caller_name").blur()
    opened.evaluate(CONTROLS)
    return opened


def test_a_control_is_pressed_by_the_key_it_names_and_only_when_it_can_be_used(page):
    for key in ("Alt+x", "Alt+Shift+X", "Control+ArrowDown", "Alt+y", "Alt+z"):
        page.keyboard.press(key)

    assert pressed(page) == ["first", "down", "third"]


def test_a_key_that_makes_another_sign_with_option_is_known_by_its_place(page):
    send(page, "body", key="≈", code="KeyX", altKey=True)
    send(page, "body", key="Ｘ", code="KeyX", altKey=True)

    assert pressed(page) == ["first", "first"]


def test_a_key_that_is_kept_down_works_once_but_going_on_repeats(page):
    send(page, "body", key="x", code="KeyX", altKey=True, repeat=True)
    send(page, "body", key="ArrowDown", code="ArrowDown", ctrlKey=True, repeat=True)

    assert pressed(page) == ["down"]


@pytest.mark.parametrize("signs", [{"isComposing": True}, {"keyCode": 229}])
def test_no_key_does_anything_while_text_is_composed(page, signs):
    field = "#caller_name"
    page.focus(field)
    send(page, field, key="x", code="KeyX", altKey=True, **signs)
    send(page, field, key="ArrowDown", code="ArrowDown", ctrlKey=True, **signs)
    send(page, "body", key="?", code="Slash", shiftKey=True, **signs)
    let_through = send(page, field, key="Enter", code="Enter", **signs)

    assert pressed(page) == []
    assert not let_through
    expect(page.locator("#keys")).not_to_be_visible()


def test_text_that_an_ime_composes_is_typed_and_nothing_else_happens(page):
    page.focus("#caller_name")
    session = page.context.new_cdp_session(page)
    session.send(
        "Input.imeSetComposition", {"text": "へんみ", "selectionStart": 3, "selectionEnd": 3}
    )
    session.send("Input.insertText", {"text": "邊見"})

    expect(page.locator("#caller_name")).to_have_value("邊見")
    assert pressed(page) == []


def test_the_list_names_every_key_and_what_cannot_be_used_now(page):
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="キー操作")

    expect(keys.get_by_role("row", name="Alt+1")).to_contain_text("データ暗号化・脅迫")
    expect(keys.get_by_role("row", name="Alt+X")).to_contain_text("一つ目")
    expect(keys.get_by_role("row", name="Ctrl+↓")).to_contain_text("次の問い")
    expect(keys.get_by_role("row", name="Alt+Y")).to_contain_text("いまは使えません")
    expect(keys.get_by_role("row", name="Alt+X")).not_to_contain_text("いまは使えません")
    page.keyboard.press("Alt+x")
    assert pressed(page) == []


def test_the_list_opens_from_a_field_closes_with_escape_and_the_words_stay(page):
    page.locator("#caller_name").press_sequentially("a?b/")
    page.keyboard.press("Alt+/")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.locator("#keys")).not_to_be_visible()
    expect(page.locator("#caller_name")).to_have_value("a?b/")
    expect(page.locator("#caller_name")).to_be_focused()


def test_a_key_that_opens_a_fold_leads_into_it(visit):
    page = visit("supervisor").go("/calls")
    page.keyboard.press("Alt+n")

    expect(page.locator(".new-call-lines button").first).to_be_focused()


def test_single_keys_can_be_switched_off_on_a_pc(visit):
    page = visit("coordinator").go("/tickets")
    page.locator("[data-opens-keys]").click()
    page.get_by_label("AltやCtrlなしのキーを使う").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("/")
    page.keyboard.press("?")
    expect(page.locator("#find")).not_to_be_focused()
    expect(page.locator("#keys")).not_to_be_visible()
    page.keyboard.press("Alt+/")

    expect(page.locator("#keys")).to_be_visible()


@pytest.mark.parametrize(
    ("theme", "width"),
    [("light", 1440), pytest.param("dark", 390, marks=pytest.mark.slow)],
)
def test_axe_finds_nothing_in_the_list(visit, house, theme, width):
    page = visit("operator", width=width).go(f"/tickets/{house.numbers['late']}/intake", theme)
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    found = axe.run(page)

    assert found.violations_count == 0, found.generate_report()


CONTROLS = """() => {
    window.pressed = [];
    const made = (name, keys, more) => {
        const one = document.createElement("button");
        Object.assign(one, { type: "button", textContent: name, ...more });
        one.setAttribute("aria-keyshortcuts", keys);
        one.addEventListener("click", () => window.pressed.push(one.id));
        document.querySelector("main").append(one);
    };
    made("見えない", "Alt+X", { id: "hidden", hidden: true });
    made("一つ目", "Alt+X", { id: "first" });
    made("二つ目", "Alt+X", { id: "second" });
    made("使えない", "Alt+Y", { id: "disabled", disabled: true });
    made("三つ目", "Alt+Z Alt+W", { id: "third" });
    made("次の問い", "Control+ArrowDown", { id: "down" });
}"""


def pressed(page: Page) -> list[str]:
    return page.evaluate("window.pressed")


def send(page: Page, selector: str, **event: object) -> bool:
    """Let a key reach an element; whether the page leaves it to the browser."""
    return page.eval_on_selector(
        selector,
        """(at, event) => at.dispatchEvent(
            new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...event }))""",
        event,
    )
