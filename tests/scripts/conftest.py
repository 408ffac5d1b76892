"""The modules of the bench, for its tests."""

from collections.abc import Callable
from importlib import import_module
from types import ModuleType

import pytest

from hotline.settings import ROOT


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """``bench("figures")`` is scripts/_bench/figures.py."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    return lambda name: import_module(f"_bench.{name}")
