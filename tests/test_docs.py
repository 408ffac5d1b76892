"""What is written for administrators is true: every variable, every command."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from dotenv import dotenv_values

from hotline.settings import ROOT, Settings

EXAMPLE = ROOT / "config" / "example.env"
OPERATIONS = ROOT / "docs" / "operations.md"
OF_GUNICORN = {"HOTLINE_BIND", "HOTLINE_WEB_PROCESSES"}
OF_LIBRARIES = {"run", "shell", "routes", "db", "openapi", "limiter"}
"""Commands that Flask and its extensions bring along; of these only `db upgrade` is needed."""
SECRETS = ("HOTLINE_SECRET_KEY", "TWILIO_AUTH_TOKEN")


def aliases() -> set[str]:
    return {str(field.alias) for field in Settings.model_fields.values()}


def test_every_variable_stands_in_the_example():
    assert set(dotenv_values(EXAMPLE)) == aliases() | OF_GUNICORN


def test_every_variable_of_gunicorn_is_one_it_reads():
    text = (ROOT / "config" / "gunicorn.py").read_text()

    assert set(re.findall(r"HOTLINE_\w+", text)) == OF_GUNICORN


def test_every_variable_is_explained():
    blocks = EXAMPLE.read_text().split("\n\n")
    named = [block for block in blocks if re.search(r"^[A-Z_]+=", block, re.MULTILINE)]

    assert [block for block in named if not (block.startswith("#") and len(block) > 60)] == []
    assert len(named) == len(aliases() | OF_GUNICORN), "each after an empty line and its comment"


def test_the_example_starts_when_its_secrets_are_filled_in():
    given = {name: value or "" for name, value in dotenv_values(EXAMPLE).items()}
    secrets = dict.fromkeys(SECRETS, "0123456789abcdef0123456789abcdef")
    settings = Settings.from_environment({**given, **secrets})

    assert settings.in_production
    assert settings.is_https


@pytest.mark.parametrize("name", SECRETS)
def test_the_example_holds_no_secret(name):
    assert dotenv_values(EXAMPLE)[name] == ""


def test_every_command_is_documented(migrated_app):
    documented = set(re.findall(r"^\| `flask ([a-z -]+)` \|", OPERATIONS.read_text(), re.MULTILINE))

    assert documented == {*commands(migrated_app.cli), "db upgrade"}


def commands(group: click.Group, before: str = "") -> Iterator[str]:
    """The whole name of every command of ours below ``group``."""
    for name in group.list_commands(click.Context(group)):
        command = group.commands[name]
        if not before and name in OF_LIBRARIES:
            continue
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}"


PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


@pytest.mark.parametrize("sheet", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(sheet: Path):
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", sheet.read_text())
    local = [target for target in targets if "://" not in target]

    assert [target for target in local if not (sheet.parent / target).exists()] == []


@pytest.mark.parametrize("sheet", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_in_the_text_exist(sheet: Path, migrated_app):
    shown = set(re.findall(r"flask ([a-z]+(?: [a-z]+)?)", sheet.read_text()))
    known = {*commands(migrated_app.cli), "db upgrade", "db check", "db migrate"}
    words = {name for command in known for name in (command, command.split()[0])}

    assert {one for one in shown if not {one, one.split()[0]} & words} == set()


def test_every_room_stands_in_the_picture_of_the_house():
    layers = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    rooms = {room for line in layers["contracts"][0]["layers"] for room in line.split(" | ")}
    drawn = set(re.findall(r'rx="5"/><text[^>]*>(\w+)<', PICTURE.read_text()))

    assert drawn == rooms


PICTURE = ROOT / "docs" / "pictures" / "house.svg"


def test_every_room_is_explained():
    layers = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    rooms = {room for line in layers["contracts"][0]["layers"] for room in line.split(" | ")}
    table = re.findall(r"^\| (`\w+`(?: · `\w+`)*) \|", ARCHITECTURE.read_text(), re.MULTILINE)

    assert {room.strip("`") for line in table for room in line.split(" · ")} == rooms


ARCHITECTURE = ROOT / "docs" / "architecture.md"


@pytest.mark.parametrize("sheet", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_that_are_named_exist(sheet: Path):
    """In full, or below ``hotline/``; a name with a place in <…> stands for many."""
    named = re.findall(r"`((?:[\w.-]+/)+[\w.-]+\.[a-z]+)`", sheet.read_text())
    found = [any((root / one).exists() for root in (ROOT, ROOT / "hotline")) for one in named]

    assert [one for one, is_there in zip(named, found, strict=True) if not is_there] == []


def test_files_in_the_picture_exist():
    named = re.findall(r'class="file"[^>]*>([^<]+)<', PICTURE.read_text())

    assert [one for one in named if not (ROOT / "hotline" / one).is_file()] == []
