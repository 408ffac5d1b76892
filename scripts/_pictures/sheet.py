"""The contact sheet: every picture small, a row for each page, one press from its full size."""

from collections.abc import Iterable
from html import escape
from itertools import groupby
from pathlib import Path

from scripts._pictures.grid import Shot

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Every page in every look</title>
<style>
body {{ font: 14px system-ui; margin: 1rem; background: #eee }}
h2 {{ margin: 2rem 0 .5rem }}
.row {{ display: flex; gap: 1rem; overflow-x: auto; align-items: start }}
figure {{ margin: 0; flex: none }}
img {{ display: block; width: 15rem; max-height: 22rem; border: 1px solid #999 }}
img {{ object-fit: cover; object-position: top }}
</style>
<h1>Every page in every look</h1>
<p>{names}</p>
{rows}
</html>
"""


def write(folder: Path, taken: Iterable[Shot]) -> Path:
    """Write ``index.html`` beside the pictures and return where it is."""
    pages = [(name, list(shots)) for name, shots in groupby(taken, key=lambda one: one.name)]
    names = " · ".join(f'<a href="#{escape(name)}">{escape(name)}</a>' for name, _ in pages)
    target = folder / "index.html"
    target.write_text(PAGE.format(names=names, rows="\n".join(_row(*one) for one in pages)))
    return target


def _row(name: str, shots: list[Shot]) -> str:
    figures = "".join(
        f'<figure><a href="{escape(one.file)}"><img src="{escape(one.file)}" loading="lazy" alt="">'
        f"</a><figcaption>{one.label}</figcaption></figure>"
        for one in shots
    )
    heading = f"{escape(name)} <small>{escape(shots[0].look.path)}</small>"
    return f'<h2 id="{escape(name)}">{heading}</h2><div class="row">{figures}</div>'
