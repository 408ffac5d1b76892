"""Companies in a real browser: a file with wrong rows, and a name in another spelling."""

import pytest

from tests.conftest import needs

needs("playwright")
from playwright.sync_api import Page, expect

from tests.browser import axe

pytestmark = pytest.mark.browser

HEAD = "会員番号,会社名,法人番号,電話,証券番号,保険始期,保険終期,備考\n"
GOOD = "M-9001,㈱ヤマダ部品,,0565-00-9031,,,,\nM-9002,㈱よい会社,,0565-00-9032,,,,\n"
THREE_WRONG = (
    "M-9003,㈱新規部品,123,120066318,,,,\n"
    "M-9004,(有)確認塗装,,abc,,,,\n"
    "M-9005,確認電機,,,P-1,2026/4/1,2026/4/1,\n"
)


def test_a_file_with_three_wrong_rows_is_corrected_and_then_imported(visit):
    page = visit("coordinator").go("/members")
    page.get_by_role("link", name="ファイルを取り込む").click()
    choose(page, HEAD + GOOD + THREE_WRONG)
    expect(page.locator("tr.is-late")).to_have_count(3)
    expect(page.locator(".broken")).to_contain_text("3行を直してください。")
    expect(page.locator("tr.is-late").nth(0)).to_contain_text("法人番号は13桁です。")
    expect(page.get_by_role("button", name="この内容を取り込む")).to_have_count(0)
    choose(page, HEAD + GOOD)
    page.get_by_role("button", name="この内容を取り込む").click()

    expect(page.get_by_role("status")).to_contain_text("取り込みました。新規 2行、変更 0行。")


def test_an_imported_company_is_found_by_another_spelling(visit):
    page = visit("supervisor").go("/members/import")
    choose(page, f"{HEAD}M-9101,㈱ベツノヤマダ部品,,0565-00-9131,,,,\n")
    page.get_by_role("button", name="この内容を取り込む").click()
    page.locator("#find-company").fill("べつのやまだ")
    page.locator("#find-company").press("Enter")
    page.get_by_role("link", name="㈱ベツノヤマダ部品").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("㈱ベツノヤマダ部品")
    expect(page.get_by_text("受付は続けてください").first).to_be_visible()


@pytest.mark.parametrize("theme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_axe_finds_nothing_on_the_way(visit, theme):
    visitor = visit("coordinator")
    page = visitor.go("/members/import", theme)
    choose(page, f"{HEAD}M-9201,㈱確認部品,,0565-00-9231,P-1,2026/4/1,2027/4/1,\n{THREE_WRONG}")
    report = axe.run(page)
    pages = [visitor.go(path, theme) for path in ("/members", "/members/new")]
    others = [axe.run(one).violations_count for one in pages]

    assert report.violations_count == 0, report.generate_report()
    assert others == [0, 0]


def test_the_report_fits_a_phone(visit):
    page = visit("coordinator", width=390).go("/members/import")
    choose(page, HEAD + THREE_WRONG)

    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def choose(page: Page, text: str) -> None:
    """Choose a file as Excel in Japan writes it, and let it be checked."""
    content = text.encode("cp932")
    page.locator("#file").set_input_files(
        {"name": "会員.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.get_by_role("button", name="内容を確認する").click()
    expect(page.locator("#report-h")).to_be_visible()
