"""Passkeys in a real browser, with an authenticator that stands in for the finger."""

import copy

import pytest

from tests.conftest import needs

needs("playwright")
from playwright.sync_api import Page, expect

from tests.browser import axe
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser

FINGER = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_passkey_is_made_and_signs_somebody_in(visitor):
    page = with_passkey(visitor, "私の端末")
    kept = visitor.cdp.send("WebAuthn.getCredentials", visitor.finger)["credentials"]
    # As in a browser that offers nothing by itself: the button alone is pressed.
    page.add_init_script("delete PublicKeyCredential.isConditionalMediationAvailable")
    page.locator("form[action='/sign-out'] button").first.click()
    page.get_by_role("button", name="パスキーでサインインする").click()
    page.wait_for_url("**/portal")

    assert [one["isResidentCredential"] for one in kept] == [True]
    assert visitor.complaints == []


def test_a_passkey_is_offered_where_the_mail_address_is_typed(visitor):
    page = with_passkey(visitor, "机の上")
    page.locator("form[action='/sign-out'] button").first.click()
    page.wait_for_url("**/portal")  # The browser chose the only one it has.

    assert visitor.complaints == []


def with_passkey(visitor: Visitor, name: str) -> Page:
    """The account page, after it made a passkey of this name."""
    page = visitor.go("/me")
    page.get_by_label("新しいパスキーの名前").fill(name)
    page.get_by_role("button", name="パスキーを追加する").click()
    expect(page.get_by_role("button", name=f"削除する {name}")).to_be_visible()
    return page


def test_what_the_browser_refuses_is_said_in_words(visitor):
    page = visitor.go("/me")
    finger = {**visitor.finger, "isUserVerified": False}
    visitor.cdp.send("WebAuthn.setUserVerified", finger)
    page.get_by_role("button", name="パスキーを追加する").click()

    expect(page.get_by_text("パスキーは作成されませんでした。")).to_be_visible()
    assert visitor.complaints == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_the_pages_of_an_account(visitor, theme):
    page = with_passkey(visitor, f"{theme}の端末")
    found = [axe.run(visitor.go(path, theme)) for path in ("/me", "/me/tokens")]
    page.goto("/me")
    page.get_by_role("button", name="予備コードを新しく作る").click()
    expect(page.get_by_text("表示されるのは今だけです")).to_be_visible()
    found.append(axe.run(page))

    assert [one.generate_report() for one in found if one.violations_count] == []


@pytest.fixture
def visitor(browser, house, monkeypatch):
    """A member at an address with a name, on a device that knows the member's finger."""
    named = copy.copy(house)
    named.address = house.address.replace("127.0.0.1", "localhost")
    settings = house.app.extensions["hotline.settings"]
    here = settings.model_copy(update={"public_url": named.address})
    monkeypatch.setitem(house.app.extensions, "hotline.settings", here)
    visitor = Visitor(browser, named, 390, "ja")
    visitor.be("member")
    visitor.cdp = visitor.context.new_cdp_session(visitor.page)
    visitor.cdp.send("WebAuthn.enable")
    visitor.finger = visitor.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": FINGER})
    yield visitor
    visitor.context.close()
