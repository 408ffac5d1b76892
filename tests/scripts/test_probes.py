"""The probes find what the tracer of coverage.py finds."""

from pathlib import Path

import pytest
from coverage import Coverage

from tests import probes

SOURCE = '''"""What it is."""

from __future__ import annotations

import contextlib


def twice(function):
    return function


class Thing:
    """A thing."""

    name = "thing"

    @twice
    @twice
    def many(self, words):
        """Say it."""
        global LAST
        LAST = [
            word
            for word in words
            if word
        ]
        for word in words:
            if word == "stop":
                break
            elif word == "skip":
                continue
            if word in ("a",
                        "b"):
                return word
        else:
            LAST = None
        return LAST


def decide(number):
    while number > 10:
        number -= 1
    if number > 5:
        return "large"
    with contextlib.suppress(ValueError):
        if number == 5:
            raise ValueError(number)
    if number == 4:
        number = 3
    else:
        number += 0
    try:
        1 / number
    except (
        ZeroDivisionError
    ):
        return "none"
    else:
        number += 0
    finally:
        number += 30
    for _ in range(number):
        if number:
            pass


def catch(error):
    try:
        raise error
    except KeyError:
        return "key"
    except (
        ValueError
    ):
        return "value"


def tell(value):
    match value:
        case 1:
            return "one"
        case [first, *_] if first:
            return first
        case "x" | "y":
            if value == "x":
                return "x"
        case {"a": 1}:
            return "a"


def all_of(value):
    match value:
        case 1:
            return 1
        case _:
            return 2


if __name__ == "somewhere else":
    decide(1)
'''

CALLS = [
    "",
    "Thing().many([])",
    "Thing().many(['c', 'stop'])",
    "Thing().many(['skip', 'a'])",
    "decide(12)",
    "decide(5)",
    "decide(4), decide(0)",
    "decide(-1), decide(2)",
    "catch(KeyError())",
    "catch(ValueError())",
    "tell(1)",
    "tell([2])",
    "tell('y'), tell([0])",
    "tell('x'), tell({'a': 1})",
    "tell(9)",
    "all_of(1)",
    "all_of(2)",
]


@pytest.mark.parametrize("calls", CALLS)
def test_the_probes_see_what_the_tracer_sees(instance, calls):
    path = instance / "example.py"
    path.write_text(f"{SOURCE}\n\n{calls}\n", encoding="utf-8")

    assert with_probes(path) == with_the_tracer(path)


def with_the_tracer(path: Path) -> tuple[object, ...]:
    looking = Coverage(data_file=None, branch=True, config_file=False, include=[str(path)])
    code = compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
    looking.start()
    try:
        exec(code, {"__name__": "example"})
    finally:
        looking.stop()
    return report(looking, path)


def with_probes(path: Path) -> tuple[object, ...]:
    code, planted = probes.planted(path.read_bytes(), str(path))
    marks = [0] * len(planted)
    exec(code, {"__name__": "example", probes.PASSED: marks})
    kept = path.parent / "data"
    probes.write({str(path): {at for at, one in enumerate(marks) if one}}, kept)
    reading = Coverage(data_file=str(kept), branch=True, config_file=False)
    reading.load()
    return report(reading, path)


def report(coverage: Coverage, path: Path) -> tuple[object, ...]:
    """The lines that count, those that were missed, and of each decision how many were seen."""
    _, lines, _, missed, _ = coverage.analysis2(str(path))
    return lines, missed, coverage.branch_stats(str(path))
