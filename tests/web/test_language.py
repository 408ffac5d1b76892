"""The switch of languages, and that every word has its Japanese."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hotline.settings import ROOT
from hotline.web.language import own_path
from tests.web.forms import send

JAPANESE = re.compile("[\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff]")
PROBLEMS = {"Problem", "Refused", "Forbidden", "Missing"}


def test_pages_are_japanese_until_somebody_chooses(client):
    assert '<html lang="ja"' in client.get("/language").text


def test_a_choice_is_kept_and_leads_back_to_the_page(client):
    answer = send(client, "/language", {"language": "en", "back": "/calendar?day=1"})

    assert answer.status_code == 303
    assert answer.location == "/calendar?day=1"
    assert '<html lang="en"' in client.get("/language").text


def test_no_filter_is_given_a_constant_which_would_be_put_into_words_once_for_all():
    """A template works constants out when it is compiled, in the language of whoever came first."""
    fixed = re.compile(r"""\{\{[^}"']*(?:"[^"]*"|'[^']*') \| (?!format\b)\w+""")
    found = [
        (page.name, place[0])
        for page in (ROOT / "templates").rglob("*.html")
        for place in fixed.finditer(page.read_text())
    ]

    assert found == []


def test_the_cookie_of_the_language_is_for_this_site_alone(client):
    cookie = send(client, "/language", {"language": "en"}).headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize("code", ["", "de", "EN", "x" * 9999])
def test_another_language_is_refused(client, code):
    answer = send(client, "/language", {"language": code})

    assert answer.status_code == 422
    assert "選べる言語は日本語と英語です。" in answer.text


def test_a_choice_without_the_token_of_a_page_is_refused(client):
    assert client.post("/language", data={"language": "en"}).status_code == 400


@pytest.mark.parametrize(
    "wanted",
    ["", "//evil.example", "https://evil.example", "/\\evil", "\\/evil", "/a\r\nb", "/\u3042", "a"],
)
def test_the_way_back_never_leads_to_another_site(wanted):
    assert own_path(wanted) == "/"


def test_a_broken_cookie_means_japanese(client):
    client.set_cookie("language", "xx")

    assert '<html lang="ja"' in client.get("/language").text


def test_an_error_page_offers_the_other_language_without_a_token(client):
    page = client.get("/nothing-here").text

    assert 'href="/language"' in page
    assert "csrf_token" not in page


def test_every_message_is_translated_and_the_catalogue_is_compiled():
    checked = subprocess.run(
        [sys.executable, "scripts/translate", "--check"], cwd=ROOT, capture_output=True, text=True
    )

    assert checked.returncode == 0, checked.stderr


def test_the_icons_are_those_of_the_installed_package():
    checked = subprocess.run(
        [sys.executable, "scripts/icons", "--check"], cwd=ROOT, capture_output=True, text=True
    )

    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=str)
def test_no_japanese_stands_in_a_template(path: Path):
    assert not JAPANESE.search(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=str)
def test_every_icon_of_a_template_is_in_the_sprite(path: Path):
    sprite = (ROOT / "hotline" / "static" / "icons.svg").read_text(encoding="utf-8")
    used = re.findall(r'icon\("([a-z0-9-]+)"\)', path.read_text(encoding="utf-8"))

    assert [name for name in used if f'id="{name}"' not in sprite] == []


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=str)
def test_no_template_holds_script_or_style_of_its_own(path: Path):
    text = path.read_text(encoding="utf-8")

    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|\|\s*safe\b", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


def test_every_problem_is_marked_for_the_catalogue():
    """A sentence that is not marked would be said in English to people who read Japanese."""
    bare = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in sorted((ROOT / "hotline").rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in PROBLEMS
        and call.args
        and isinstance(call.args[0], ast.Constant)
    ]

    assert bare == []
