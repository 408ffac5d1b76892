"""What every request needs, made once before the server divides itself into processes.

They then share the memory that it takes, and none of them makes its first visitors wait for it.
"""

import ctypes
import gc
import os
import sys
from datetime import date
from pathlib import Path

import flask_babel
from flask import Flask
from sqlalchemy.orm import configure_mappers

from hotline.edge.language import LANGUAGES
from hotline.edge.templates import SpokenBytecode

M_ARENA_MAX, M_MMAP_THRESHOLD = -8, -3
HEAPS = 2
LARGE_BYTES = 256 * 1024
A_DAY = date(2026, 1, 1)


def share_heaps() -> None:
    """Have the threads of this process and of its children share their heaps.

    glibc gives each thread one of its own and keeps what a page once needed. Large pieces are
    given back at once. Elsewhere than on Linux nothing happens.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(M_ARENA_MAX, HEAPS)
        mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)


def keep_compiled(app: Flask, folder: Path) -> None:
    """Keep compiled templates in ``folder``, as Python keeps its own, where it may be written."""
    try:
        folder.mkdir(exist_ok=True)
    except OSError:
        return
    if os.access(folder, os.W_OK):
        kept = SpokenBytecode(str(folder))
        app.jinja_options = {**app.jinja_options, "bytecode_cache": kept}


def warm_up(app: Flask) -> None:
    """Join the tables, read all words and templates, and let the memory be as it is from now on.

    Nothing here asks the database: no connection may be shared with the processes to come.
    """
    configure_mappers()
    for language in LANGUAGES:
        with app.test_request_context(), flask_babel.force_locale(language):
            flask_babel.get_translations()
            flask_babel.format_date(A_DAY, "EEE d MMM y")  # Reads how this language writes dates.
            flask_babel.format_decimal(1_000)
            _compile(app)
    gc.collect()
    gc.freeze()  # The collector would touch every page, and each process get a copy of it.


def _compile(app: Flask) -> None:
    folder = Path(str(app.template_folder))
    for page in folder.rglob("*.html"):
        app.jinja_env.get_template(page.relative_to(folder).as_posix())
