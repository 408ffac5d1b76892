"""Templates in which the words stand already: each is compiled once for every language.

A page has hundreds of words of our own, which are the same for everybody who reads its language.
Looking them up while a page is drawn took longer than anything else that draws it.
"""

from collections.abc import Callable, MutableMapping
from functools import lru_cache
from typing import Any

from babel.support import NullTranslations
from flask.sansio.app import App
from flask.templating import Environment
from jinja2 import FileSystemBytecodeCache, Template, nodes
from jinja2.bccache import Bucket
from jinja2.runtime import Macro
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from hotline.edge import language

WORDS = "_"
DRAWN = 100


def drawn_once(macro: Macro) -> Callable[..., str]:
    """A macro that draws the same for the same few codes in each language: once for all pages."""
    return lru_cache(DRAWN)(macro)


class SpokenEnvironment(Environment):
    """An environment that leads to one of its own for the language of the answer."""

    spoken: str | None = None
    """The language of this one; None for the one that leads to the others."""

    def __init__(self, app: App, **options: Any) -> None:
        super().__init__(app, **options)
        self.globals["drawn_once"] = drawn_once

    def _load_template(self, name: str, globals: MutableMapping[str, Any] | None) -> Template:
        if self.spoken is None:
            return self._in(language.current())._load_template(name, globals)
        return super()._load_template(name, globals)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """As they are, where a template adds none: each import looks through all of them."""
        return super().make_globals(d) if d else self.globals

    def _in(self, tongue: str) -> "SpokenEnvironment":
        known: dict[str, SpokenEnvironment] = self.__dict__.setdefault("in_languages", {})
        if tongue not in known:
            own = self.overlay()
            own.spoken = tongue
            known[tongue] = own
        return known[tongue]

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        found = super()._parse(source, name, filename)
        if self.spoken is None:
            return found
        escapes = self.autoescape(name) if callable(self.autoescape) else self.autoescape
        spoken: nodes.Template = _Words(language.catalogue(), Markup if escapes else str).visit(
            found
        )
        spoken.set_environment(self)
        return spoken


class _Words(NodeTransformer):
    """Puts the words of a catalogue where a template asks for them: ``_("…")``."""

    def __init__(self, catalogue: NullTranslations, made: Callable[[str], str]) -> None:
        self.catalogue = catalogue
        self.made = made

    def visit_Call(self, node: nodes.Call) -> nodes.Expr:  # noqa: N802 - the name that Jinja calls
        """``_("…")`` becomes the words, ``_("…", name=…)`` the words with the facts put in."""
        self.generic_visit(node)
        message = _message(node)
        if message is None:
            return node
        words = self.made(self.catalogue.ugettext(message))
        if not node.kwargs:
            return nodes.Const(words % {}, lineno=node.lineno)
        facts = [nodes.Pair(nodes.Const(one.key), one.value) for one in node.kwargs]
        return nodes.Mod(nodes.Const(words), nodes.Dict(facts), lineno=node.lineno)


def _message(node: nodes.Call) -> str | None:
    """The message, where one that is known while compiling is asked for."""
    asks = isinstance(node.node, nodes.Name) and node.node.name == WORDS
    if not asks or len(node.args) != 1 or node.dyn_args or node.dyn_kwargs:
        return None
    first = node.args[0]
    return first.value if isinstance(first, nodes.Const) and isinstance(first.value, str) else None


class SpokenBytecode(FileSystemBytecodeCache):
    """Compiled templates by language; compiled anew when a template or its catalogue changed."""

    def get_bucket(self, environment: Any, name: str, filename: str | None, source: str) -> Bucket:
        """As ever; what is in the catalogue counts as a part of the template."""
        spoken = environment.spoken
        words = language.digest() if spoken else ""
        return super().get_bucket(environment, f"{name} {spoken}", filename, f"{words}{source}")
