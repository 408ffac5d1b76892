"""House rules that no other tool keeps."""

import ast
import re
import subprocess
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from hotline.api import PARTS
from hotline.app import POLICIES, TABLES
from hotline.cli import GROUPS
from hotline.settings import ROOT
from hotline.web import PAGES

HOUSE = ROOT / "hotline"
MODULES = sorted(HOUSE.rglob("*.py"))
FEATURES = {
    "audit",
    "calendars",
    "calls",
    "coordination",
    "deadlines",
    "duty",
    "evidence",
    "followups",
    "idempotency",
    "incidents",
    "members",
    "messages",
    "notices",
    "people",
    "sessions",
    "tickets",
    "timeline",
    "vendors",
}
READING = {"reports"}
"""Like features, but with no tables of their own."""
WORDS = {"__init__.py", "rules.py", "models.py", "service.py", "queries.py"}
ASKED = {"now", "utcnow", "today", "time", "localtime", "gmtime"}
OF_EVERY_PAGE = {"errors"}
"""Folders of templates/ that no page of their own has."""


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def calls_in(path: Path) -> Iterator[tuple[str, str]]:
    """Each call ``x.y(…)`` as the last name of x, and y."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            yield getattr(owner, "attr", getattr(owner, "id", "")), node.func.attr


def test_only_one_module_commits():
    committing = {
        name_of(path)
        for path in MODULES
        for owner, verb in calls_in(path)
        if (owner, verb) in {("session", "commit"), ("session", "begin"), ("engine", "begin")}
    }

    assert committing == {"hotline/transaction.py"}


def test_only_one_module_asks_the_time():
    asking = {
        name_of(path)
        for path in MODULES
        for owner, verb in calls_in(path)
        if verb in ASKED and owner in ("datetime", "date", "time")
    }

    assert asking == {"hotline/clock.py"}


def inside(path: Path, *rooms: str) -> bool:
    """Whether a module stands in one of these rooms, however deep."""
    return path.relative_to(HOUSE).parts[0] in rooms


def test_no_request_can_set_the_clock():
    reaching = {
        name_of(path)
        for path in MODULES
        if inside(path, "edge", "web", "api", "jobs")
        for owner, verb in calls_in(path)
        if (owner, verb) == ("clock", "fixed")
    }

    assert reaching == set()


def test_the_edge_alone_opens_a_transaction_around_a_request():
    opening = {
        name_of(path)
        for path in MODULES
        if inside(path, "web", "api")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "transaction"
    }

    assert opening == {f"hotline/web/{name}" for name in (*DETACHED, *BETWEEN)}


DETACHED = tuple(f"twilio/{name}.py" for name in ("hooks", "callback", "contact", "offer", "page"))
"""Their views are detached: nothing is opened first."""

BETWEEN = ("calls/recordings.py",)
"""Asks the telephone company between two transactions, while somebody waits."""


def test_a_feature_has_four_words_and_no_others():
    found = {folder.name for folder in HOUSE.iterdir() if list(folder.glob("models*"))}
    others = {
        name_of(path)
        for feature in FEATURES | READING
        for path in (HOUSE / feature).iterdir()
        if path.suffix == ".py" and path.name not in WORDS
    }

    assert found == FEATURES
    assert others == set()


def test_there_is_no_drawer_for_what_has_no_place():
    drawers = {"utils", "util", "helpers", "helper", "common", "misc", "base", "core", "tools"}

    assert [name_of(path) for path in MODULES if path.stem in drawers] == []


def test_every_module_of_tables_is_known_to_the_application():
    """A room's own module, or the package of all its tables."""
    declaring = {
        ".".join(path.relative_to(HOUSE).with_suffix("").parts[:2])
        for path in MODULES
        if "__tablename__" in path.read_text()
    }

    assert declaring == set(TABLES)


def test_every_configuration_file_has_a_schema():
    assert {path.name for path in (ROOT / "config").glob("*.toml")} == {
        one.FILE for one in POLICIES
    }


@pytest.mark.parametrize(
    ("folder", "listed", "attribute"),
    [("web", PAGES, "bp"), ("api", PARTS, "bp"), ("cli", GROUPS, "commands")],
    ids=["web", "api", "cli"],
)
def test_every_part_that_exists_is_attached(folder, listed, attribute):
    """A package offers what one of its modules makes; other modules offer their own."""
    made = re.compile(rf"^{attribute}\b.* = (?!\w+\.{attribute}$)", re.MULTILINE)
    handed_on = re.compile(rf"^{attribute} = (\w+)\.{attribute}$", re.MULTILINE)
    parts = {dotted(path, folder): path.read_text() for path in (HOUSE / folder).rglob("*.py")}
    passed = {f"{name}.{by}": name for name in parts for by in handed_on.findall(parts[name])}
    attached = {passed.get(name, name) for name, text in parts.items() if made.search(text)}

    assert attached == set(listed), f"each has its line in hotline/{folder}/__init__.py"


def dotted(path: Path, folder: str) -> str:
    """A module's name below its folder: ``calls.wrap_up``; a package has its folder's name."""
    parts = path.relative_to(HOUSE / folder).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def test_the_subjects_of_the_pages_import_each_other_one_way():
    """Raises CycleError with the round that somebody would have to walk."""
    subjects: dict[str, set[str]] = {}
    for path in PAGES_CODE:
        own = dotted(path, "web").split(".")[0]
        subjects.setdefault(own, set()).update(set(taken_from(path, "hotline.web")) - {own})

    assert list(TopologicalSorter(subjects).static_order())


def taken_from(path: Path, package: str) -> Iterator[str]:
    """The parts of a package that a module imports, each by its first name."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module == package:
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{package}."):
            yield (node.module or "").removeprefix(f"{package}.").split(".")[0]


def test_templates_stand_in_the_folder_of_their_blueprint(app):
    folders = {path.parent.name for path in (ROOT / "templates").glob("*/*.html")}

    assert folders - OF_EVERY_PAGE <= set(app.blueprints)


def test_a_page_uses_the_templates_of_its_own_folder():
    strange = [
        f"{name}: {found}"
        for name, text in ((dotted(path, "web"), path.read_text()) for path in PAGES_CODE)
        for found in re.findall(r'"([a-z_]+)/[a-z_]+\.html"', text)
        if found not in name.split(".")
    ]

    # The line over an intake is the console's; codes for a lost phone look alike wherever a second
    # factor is made.
    assert strange == ["intake.standing: console", "signin.setup: account"]


PAGES_CODE = sorted((HOUSE / "web").rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_module_says_what_it_is(path):
    said = ast.get_docstring(ast.parse(path.read_text())) or ""

    assert said.split("\n")[0].endswith((".", ":"))


MOST_LINES = 350
"""A module that is longer tells of two subjects, and is parted."""


def test_no_module_is_crowded():
    crowded = {name_of(one) for one in MODULES if len(one.read_text().splitlines()) > MOST_LINES}

    assert crowded == set()


MOST_LINES_OF_TESTS = 450
"""Tests of one subject are read in one go; what stands around them says what they begin with."""


def test_no_file_of_tests_is_crowded():
    files = (ROOT / "tests").rglob("*.py")
    crowded = {
        name_of(one) for one in files if len(one.read_text().splitlines()) > MOST_LINES_OF_TESTS
    }

    assert crowded == set()


def public_parts(path: Path) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if path.parent.name in FEATURES | READING],
    ids=name_of,
)
def test_what_a_feature_offers_is_explained(path):
    silent = [node.name for node in public_parts(path) if not ast.get_docstring(node)]

    assert silent == []


def tracked() -> list[Path]:
    """Every file of the project, as git knows it."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_nothing_is_vendored():
    served = {".js", ".css", ".woff", ".woff2", ".ttf", ".map"}
    elsewhere = [path for path in tracked() if path.suffix in served]
    large = [path for path in elsewhere if path.stat().st_size > 80_000 or ".min." in path.name]

    assert [name_of(path) for path in elsewhere if HOUSE / "static" not in path.parents] == []
    assert [name_of(path) for path in large] == []


def test_nothing_is_left_for_later():
    later = re.compile(r"\b(TO" r"DO|FIX" r"ME|X{3}|HA" r"CK)\b")
    found = [
        name_of(path) for path in tracked() if path.suffix in TEXTS and later.search(read(path))
    ]

    assert found == []


TEXTS = {".py", ".html", ".md", ".toml", ".css", ".js", ".env", ".txt", ".sh", ""}


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def test_templates_hold_no_script_and_no_style():
    inline = re.compile(r"<style|\sstyle=|<script(?![^>]*\bsrc=)|\son[a-z]+=\"|javascript:", re.I)
    pages = (ROOT / "templates").rglob("*.html")

    assert [name_of(path) for path in pages if inline.search(read(path))] == []


def test_nothing_is_marked_safe_by_hand():
    """Text of callers is escaped everywhere: nothing may switch that off."""
    unsafe = re.compile(r"\|\s*safe\b|autoescape\s+false|render_template_string|from_string\(")
    found = [
        name_of(path)
        for path in [*MODULES, *(ROOT / "templates").rglob("*.html")]
        if unsafe.search(read(path))
    ]

    assert found == []


def test_japanese_stands_in_the_catalogue_and_not_in_templates():
    japanese = re.compile(r"[\u3041-\u30fa\u4e00-\u9fff]")
    pages = (ROOT / "templates").rglob("*.html")

    assert [name_of(path) for path in pages if japanese.search(read(path))] == []
