"""Words stand in a template as if they were looked up when it is drawn, in every language."""

import flask_babel
import pytest
from flask import render_template
from jinja2 import DictLoader

from hotline.edge import language
from hotline.edge.templates import SpokenBytecode

PAGES = {
    "words.html": '{{ _("Tickets") }}: {{ _("taken up by %(name)s", name=name) }}',
    "words.txt": '{{ _("taken up by %(name)s", name=name) }} 100{{ _("%%") }}',
    "later.html": "{{ _(message) }}",
    "once.html": (
        "{% macro steps(code) %}{% do drawn.append(code) %}<b>{{ code }}</b>{% endmacro %}"
        "{% set once = drawn_once(steps) %}{{ once('p1') }}{{ once('p1') }}{{ once('<') }}"
    ),
}


@pytest.fixture
def pages(app, monkeypatch):
    app.jinja_env.add_extension("jinja2.ext.do")
    monkeypatch.setattr(app.jinja_env, "loader", DictLoader(PAGES))
    monkeypatch.setattr(app.jinja_env, "in_languages", {}, raising=False)
    with app.test_request_context():
        yield app


def drawn(page: str, tongue: str, **facts: object) -> str:
    with flask_babel.force_locale(tongue):
        return render_template(page, **facts)


@pytest.mark.parametrize("tongue", ["ja", "en"])
def test_a_page_is_drawn_in_the_language_of_its_reader(pages, tongue):
    with flask_babel.force_locale(tongue):
        said = [language.gettext("Tickets"), language.gettext("taken up by %(name)s", name="佐藤")]

    assert drawn("words.html", tongue, name="佐藤") == ": ".join(said)


def test_facts_are_escaped_where_the_template_escapes(pages):
    assert drawn("words.html", "en", name="<b>") == "Tickets: taken up by &lt;b&gt;"
    assert drawn("words.txt", "en", name="<b>") == "taken up by <b> 100%"


def test_a_message_that_is_not_known_before_is_looked_up_when_it_is(pages):
    assert drawn("later.html", "ja", message="Tickets") == "案件"


def test_what_is_drawn_once_is_the_same_and_escaped(pages):
    codes = []

    assert drawn("once.html", "ja", drawn=codes) == "<b>p1</b><b>p1</b><b>&lt;</b>"
    assert codes == ["p1", "<"]


def test_compiled_pages_of_two_languages_are_kept_apart(pages, tmp_path, monkeypatch):
    for _ in range(2):  # The second time they come from the folder.
        monkeypatch.setattr(pages.jinja_env, "bytecode_cache", SpokenBytecode(str(tmp_path)))
        monkeypatch.setattr(pages.jinja_env, "in_languages", {}, raising=False)

        assert drawn("words.html", "en", name="").startswith("Tickets")
        assert drawn("words.html", "ja", name="").startswith("案件")

    assert len(list(tmp_path.iterdir())) == 2


def test_a_page_is_compiled_anew_when_its_words_have_changed(pages, tmp_path, monkeypatch):
    monkeypatch.setattr(pages.jinja_env, "bytecode_cache", SpokenBytecode(str(tmp_path)))
    drawn("words.html", "ja", name="")
    kept = {one: one.read_bytes() for one in tmp_path.iterdir()}
    monkeypatch.setattr(pages.jinja_env, "in_languages", {}, raising=False)
    monkeypatch.setattr("hotline.edge.language.digest", lambda: "other words")
    drawn("words.html", "ja", name="")

    assert {one: one.read_bytes() for one in tmp_path.iterdir()} != kept
