"""Which pages are looked at, and in which looks."""

from argparse import Namespace
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from tests.browser.pages import PAGES, Look

WIDTHS = (1440, 768, 390)
MEDIA = ("light", "dark", "print")
LANGUAGES = ("ja", "en")
PAPER = 688
"""The width of a sheet of A4 between its margins, in CSS pixels."""


@dataclass(frozen=True)
class Shot:
    """One look at one page."""

    name: str
    look: Look
    language: str
    width: int
    medium: str

    @property
    def label(self) -> str:
        """What sets it apart from the other looks at this page: ``1440-dark-ja``."""
        return f"{self.width}-{self.medium}-{self.language}"

    @property
    def file(self) -> str:
        return f"{self.name}-{self.label}.png"


def chosen(asked: Namespace) -> dict[str, Look]:
    """The pages whose name begins as asked; with ``--as`` each of them as these roles too."""
    wanted = tuple(asked.pages)
    found = {name: look for name, look in PAGES.items() if not wanted or name.startswith(wanted)}
    others = {
        f"{name}@{role}": Look(look.path, role, look.then)
        for name, look in found.items()
        for role in asked.roles
        if look.role and role != look.role
    }
    return {**found, **others}


def shots(name: str, look: Look, asked: Namespace) -> Iterator[Shot]:
    """Every look at a page that was asked for; paper has one width."""
    on_screen = [medium for medium in asked.media if medium != "print"]
    for language in asked.languages:
        for width, medium in product(asked.widths, on_screen):
            yield Shot(name, look, language, width, medium)
        if "print" in asked.media:
            yield Shot(name, look, language, PAPER, "print")
