"""Which lines and branches of hotline/ the tests pass: ``pytest -p tests.probes``.

A tracer is asked at every line and every call, of anybody's code, and doubles the time of the
tests. Here each statement of hotline/ says by itself that it was reached: while a module is
imported, ``__passed__[n] = 1`` is written before its n-th statement. ``python -m tests.probes``
gathers what the workers kept into ``.coverage``, and coverage.py reports on it as if it had
looked on. tests/scripts/test_probes.py holds both against each other. Why no library does it,
and when one will: docs/adr/0017.
"""

import ast
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import ClassVar

import pytest
from coverage import Coverage, CoverageData
from coverage.python import PythonFileReporter

ROOT = Path(__file__).resolve().parent.parent
KEPT = ".coverage.probes-{}"
"""What one worker passed, until it is gathered."""
PASSED = "__passed__"
SOMEWHERE = -1
"""Where a line was come from, for coverage.py, when it matters to nobody."""

Arc = tuple[int, int]


@dataclass(frozen=True)
class Probe:
    """What it means that this place was passed."""

    lines: tuple[int, ...] = ()
    """These were reached."""
    by: int = 0
    """The line that decided for the first of them, if one did."""
    past: tuple[Arc, ...] = ()
    """Lines that decided against their branch, and where that branch begins."""


class Planting:
    """Puts a probe before each statement, and where a branch was not taken."""

    def __init__(self) -> None:
        self.probes: list[Probe] = []

    def inside(self, node):
        """The node, with probes before the statements inside it."""
        way = self.WAYS.get(type(node))
        return way(self, node) if way else node

    def block(self, statements: Sequence[ast.stmt], by: int = 0) -> list[ast.stmt]:
        done: list[ast.stmt] = []
        for one in statements:
            decided = 0 if done else by
            done += [self.plant(one, Probe(header(one), decided)), self.inside(one)]
        return done

    def plant(self, beside: ast.AST, what: Probe) -> ast.stmt:
        """``__passed__[number] = 1``, on the line of ``beside``."""
        place = ast.Subscript(
            ast.Name(PASSED, ast.Load()), ast.Constant(len(self.probes)), ast.Store()
        )
        self.probes.append(what)
        statement = ast.Assign([place], ast.Constant(1))
        return ast.fix_missing_locations(ast.copy_location(statement, beside))

    def _after_the_head(self, node):
        """Docstrings and imports of the future stay first."""
        at = next((at for at, one in enumerate(node.body) if not is_head(one)), len(node.body))
        head = node.body[:at]
        told = [self.plant(one, Probe(header(one))) for one in head]
        node.body = [*head, *told, *self.block(node.body[at:])]
        return node

    def _branch(self, node):
        past = Probe(past=((node.lineno, begins(node.body)),))
        node.body = self.block(node.body, node.lineno)
        if node.orelse:
            node.orelse = self.block(node.orelse, node.lineno)
        else:
            node.orelse = [self.plant(node, past)]
        return node

    def _cases(self, node: ast.Match) -> ast.Match:
        asked: tuple[int, ...] = ()
        past: tuple[Arc, ...] = ()
        for case in node.cases:
            decides = case.pattern.lineno
            asked += (decides,)
            told = self.plant(node, Probe(asked, past=past))
            past += ((decides, begins(case.body)),)
            case.body = [told, *self.block(case.body, decides)]
        if not is_certain(node.cases[-1]):
            last = self.plant(node, Probe(past=past))
            anything = ast.copy_location(ast.MatchAs(), node.cases[-1].pattern)
            node.cases.append(ast.match_case(anything, None, [last]))
        return node

    def _blocks(self, node):
        for name in ("body", "orelse", "finalbody"):
            if getattr(node, name, None):
                setattr(node, name, self.block(getattr(node, name)))
        asked: tuple[int, ...] = ()
        for handler in getattr(node, "handlers", ()):
            asked += tuple(range(handler.lineno, begins(handler.body)))
            handler.body = [self.plant(handler, Probe(asked)), *self.block(handler.body)]
        return node

    WAYS: ClassVar = {
        **dict.fromkeys((ast.Module, ast.ClassDef, ast.FunctionDef), _after_the_head),
        **dict.fromkeys((ast.If, ast.For, ast.While), _branch),
        **dict.fromkeys((ast.With, ast.Try, ast.TryStar), _blocks),
        ast.Match: _cases,
    }
    """All statements with statements inside, but for what is asynchronous."""


def header(node: ast.stmt) -> tuple[int, ...]:
    """Its lines; of a compound one those before the statements inside."""
    first = begins([node])
    if isinstance(node, ast.Match):
        return tuple(range(first, node.cases[0].pattern.lineno))
    inside = getattr(node, "body", None)
    after = begins(inside) if inside else (node.end_lineno or first) + 1
    return tuple(range(first, max(after, node.lineno + 1)))


def begins(block: Sequence[ast.stmt]) -> int:
    """The line of its first statement, decorators included."""
    decorators = getattr(block[0], "decorator_list", ())
    return min((one.lineno for one in decorators), default=block[0].lineno)


def is_head(node: ast.stmt) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module == "__future__"
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def is_certain(case: ast.match_case) -> bool:
    anything = isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None
    return anything and case.guard is None


def planted(source: bytes, path: str) -> tuple[CodeType, list[Probe]]:
    """The code of ``source`` with its probes, and what each of them means."""
    planting = Planting()
    tree = planting.inside(ast.parse(source))
    return compile(tree, path, "exec", dont_inherit=True), planting.probes


# While the tests run

passed: dict[str, list[int]] = {}
"""Of each probe of a file, whether it was passed."""


class Loader(SourceFileLoader):
    """Loads a module with its probes; nothing of it is cached."""

    def get_code(self, fullname: str) -> CodeType:
        code, probes = planted(self.get_data(self.path), self.path)
        passed[self.path] = [0] * len(probes)
        return code

    def exec_module(self, module: ModuleType) -> None:
        code = self.get_code(module.__name__)
        setattr(module, PASSED, passed[self.path])
        exec(code, module.__dict__)


class Finder(MetaPathFinder):
    """Finds the modules of one package."""

    def __init__(self, package: str) -> None:
        self.package = package

    def find_spec(self, fullname, path, target=None) -> ModuleSpec | None:
        if fullname.partition(".")[0] != self.package:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = Loader(fullname, spec.loader.path)
        return spec


def pytest_load_initial_conftests() -> None:
    """Before anything of hotline/ is imported: their conftest.py does."""
    sys.meta_path.insert(0, Finder("hotline"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """What is passed in a test that says ``no_cover`` is not counted."""
    if item.get_closest_marker("no_cover") is None:
        return (yield)
    before = {path: list(marks) for path, marks in passed.items()}
    try:
        return (yield)
    finally:
        for path, marks in before.items():
            passed[path][:] = marks


def pytest_sessionfinish() -> None:
    kept = ROOT / KEPT.format(os.environ.get("PYTEST_XDIST_WORKER", "main"))
    numbers = {path: [at for at, one in enumerate(marks) if one] for path, marks in passed.items()}
    kept.write_text(json.dumps(numbers), encoding="utf-8")


# Afterwards


def gather() -> None:
    """Write ``.coverage`` from what the workers kept."""
    files: dict[str, set[int]] = {str(path): set() for path in (ROOT / "hotline").rglob("*.py")}
    for kept in sorted(ROOT.glob(KEPT.format("*"))):
        for path, numbers in json.loads(kept.read_text(encoding="utf-8")).items():
            files[path].update(numbers)
        kept.unlink()
    write(files, ROOT / ".coverage")


def write(files: Mapping[str, set[int]], to: Path) -> None:
    """Write the data of coverage.py for the probes that were passed in ``files``."""
    data = CoverageData(str(to))
    data.erase()
    data.add_arcs({path: set(_arcs(path, numbers)) for path, numbers in files.items()})
    data.write()


def _arcs(path: str, numbers: set[int]) -> Iterator[Arc]:
    """From line to line, as a tracer would have seen it where a line decides."""
    if not numbers:
        return
    _, probes = planted(Path(path).read_bytes(), path)
    possible = PythonFileReporter(path, Coverage(data_file=None)).arcs()
    for probe in (probes[one] for one in sorted(numbers)):
        yield from ((SOMEWHERE, line) for line in probe.lines)
        if probe.by:
            yield probe.by, probe.lines[0]
        for line, branch in probe.past:
            yield from (arc for arc in possible if arc[0] == line and arc[1] != branch)


if __name__ == "__main__":
    gather()
