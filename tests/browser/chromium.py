"""Where Chromium is on this machine, and how it is started so that it speaks to nobody else."""

import os
import shutil

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

WHOLE = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)

NAMES = ("chromium-headless-shell", *WHOLE)
"""The shell draws no windows, which saves half of the work; whoever has it uses it."""


def path() -> str | None:
    """The browser that CHROMIUM names, or the first one found; None when there is none."""
    return os.environ.get("CHROMIUM") or _first(NAMES)


def whole() -> str | None:
    """A browser that keeps its profile on disk as people's browsers do; else the one there is."""
    return _first(WHOLE) or path()


def _first(names: tuple[str, ...]) -> str | None:
    return next(filter(None, map(shutil.which, names)), None)
