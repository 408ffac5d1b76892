"""Bars, drawn with pygal and stripped of everything that is not a mark: classes give the colours.

What pygal brings for showing itself (styles, scripts, tooltips) is refused by our CSP and not sent.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as Xml

from markupsafe import Markup

from hotline.edge.language import gettext
from hotline.reports.queries import Report
from hotline.reports.rules import Section, is_by_day, marks
from hotline.web.reports import words


@dataclass(frozen=True)
class Series:
    """One column of the main table as it is drawn.

    ``look`` are classes of the style sheet: solid, hatched or hollow, so that no colour is needed.
    """

    column: str
    look: str

    @property
    def is_hatched(self) -> bool:
        """Whether it is filled with stripes."""
        return "is-hatched" in self.look.split()


SERIES = {
    "calls": (Series("answered", "is-plain"), Series("missed", "is-hatched")),
    "tickets": (Series("in_hours", "is-plain"), Series("out_of_hours", "is-hatched")),
    "promises": (
        Series("in_time", "is-plain"),
        Series("late", "is-late is-hatched"),
        Series("open_late", "is-late"),
    ),
    "partners": (
        Series("accepted", "is-plain"),
        Series("declined", "is-hatched"),
        Series("silent", "is-hollow"),
    ),
    "costs": (Series("yen", "is-plain"),),
}
"""Section to what is drawn of it, from the axis upwards; other sections are tables alone."""

SIZES = {"is-wide": (1080, 220), "is-narrow": (358, 200)}
"""Class to width and height: letters keep their size on a phone, where there are fewer of them."""

ROOM_OF_A_MARK = {"is-wide": 44, "is-narrow": 30}
MILLION = 1_000_000


@dataclass(frozen=True)
class Drawing:
    """The same bars in both sizes, and what stands beside them."""

    pictures: tuple[Markup, ...]
    legend: tuple[tuple[Series, str], ...]
    """Each series and its label."""


def drawing(section: Section, report: Report) -> Drawing | None:
    """What is drawn of a section; None where nothing is."""
    series = SERIES.get(section.code, ())
    if not series or section.is_empty:
        return None
    labels = {one.code: gettext(one.label) for one in section.main.columns}
    pictures = tuple(_picture(section, report, series, size) for size in SIZES)
    return Drawing(pictures, tuple((one, labels[one.column]) for one in series))


def _picture(section: Section, report: Report, series: Sequence[Series], size: str) -> Markup:
    svg = _drawn(section, report, series, size)
    _strip(svg)
    _dress(svg, series, section.code)
    _say(svg, f"{section.code}-{size}", section, report)
    svg.set("class", f"bars {size}")
    # Every text in it was set as text of the tree, which escapes it.
    return Markup(Xml.tostring(svg, encoding="unicode"))  # noqa: S704


def _drawn(section: Section, report: Report, series: Sequence[Series], size: str) -> Any:
    # Imported here: it takes 8 MiB, and few requests draw.
    from pygal import Config, StackedBar

    width, height = SIZES[size]
    columns = [_scaled(section.main.column(one.column), section.code) for one in series]
    top = max((sum(stack) for stack in zip(*columns, strict=True)), default=0)
    scale = marks(top)
    by_day = is_by_day(report.span)
    every = -(-len(report.parts) * ROOM_OF_A_MARK[size] // width)
    chart = StackedBar(
        Config(
            css=[],
            js=[],
            width=width,
            height=height,
            show_legend=False,
            margin=8,
            margin_left=44,
            margin_bottom=24,
            spacing=0,
            range=(0, scale[-1]),
            y_labels=list(scale),
            value_formatter=lambda value: f"{int(value):,}",
            no_data_text="",
            truncate_label=-1,  # Marks are few enough to stand whole.
        )
    )
    chart.x_labels = [
        words.mark(one, by_day=by_day) if place % every == 0 else ""
        for place, one in enumerate(report.parts)
    ]
    for one, column in zip(series, columns, strict=True):
        chart.add(one.column, column)
    return chart.render_tree()


def _scaled(figures: Sequence[int | None], code: str) -> list[int]:
    """Money is drawn in whole millions of yen."""
    found = [one or 0 for one in figures]
    return [round(one / MILLION) for one in found] if code == "costs" else found


REFUSED = frozenset({"style", "script", "desc", "title", "defs"})
EMPTY = frozenset(
    {
        "background",
        "legends",
        "plot overlay",
        "plot text-overlay",
        "plot tooltip-overlay",
        "titles",
    }
)


def _strip(svg: Any) -> None:
    for parent in list(svg.iter()):
        for child in list(parent):
            if _is_refused(child):
                parent.remove(child)
        parent.attrib.pop("style", None)


def _is_refused(part: Any) -> bool:
    """Comments, what CSP refuses, and what is drawn of nothing."""
    is_comment = not isinstance(part.tag, str)
    is_flat = part.tag == "rect" and float(part.get("height", 1)) == 0
    return is_comment or is_flat or part.tag in REFUSED or part.get("class") in EMPTY


def _dress(svg: Any, series: Sequence[Series], code: str) -> None:
    """Give every bar the look of its series; the hatching itself stands in the legend."""
    svg.attrib.pop("id", None)
    for number, one in enumerate(series):
        for bar in _bars(svg, number):
            bar.set("class", f"bar {one.look}")
            if one.is_hatched:
                bar.set("fill", f"url(#hatch-{code}-{one.column})")


def _bars(svg: Any, number: int) -> Iterator[Any]:
    """The rectangles of one series."""
    for group in _of_class(svg, f"serie-{number}"):
        yield from group.iter("rect")


def _of_class(svg: Any, name: str) -> Iterator[Any]:
    return (one for one in svg.iter() if name in str(one.get("class", "")).split())


def _say(svg: Any, name: str, section: Section, report: Report) -> None:
    """A name for who does not see it; the figures stand in the table below."""
    svg.set("role", "img")
    svg.set("aria-labelledby", f"{name}-title {name}-desc")
    desc = Xml.Element("desc", {"id": f"{name}-desc"})
    desc.text = gettext("Drawn from the table below.")
    title = Xml.Element("title", {"id": f"{name}-title"})
    title.text = gettext(
        "%(title)s, %(span)s", title=gettext(section.title), span=words.span(report.span)
    )
    svg.insert(0, desc)
    svg.insert(0, title)
