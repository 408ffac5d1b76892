"""What can be measured of a page in a look; everything found is one line."""

from collections.abc import Iterator

from playwright.sync_api import Page

from scripts._pictures.grid import Shot
from tests.browser import axe

PHONE = 390
LARGEST_SHIFT = 0.01
HEAVIEST = 150_000

SMALL_TARGETS = """() => {
  const inText = (one) => one.tagName === "A" && getComputedStyle(one).display === "inline";
  const shown = (one) => one.checkVisibility({ visibilityProperty: true });
  const reach = (one) => {
    const box = (one.labels?.[0] ?? one).getBoundingClientRect();
    const own = one.getBoundingClientRect();
    // Around a box to tick lies a place that takes the finger too.
    const around = Math.max(0, -parseFloat(getComputedStyle(one, "::after").top) || 0);
    return Math.max(box.height, own.height + 2 * around);
  };
  const pressed = "a, button, input:not([type=hidden]), select, textarea, summary";
  return Array.from(document.querySelectorAll(pressed))
    .filter((one) => shown(one) && !inText(one) && !one.closest(".visually-hidden, .skip"))
    .filter((one) => reach(one) < 43.5)
    .map((one) => `${one.tagName.toLowerCase()}.${one.className} ${Math.round(reach(one))}px`);
}"""

OVERFLOW = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return "";
  const worst = Array.from(document.querySelectorAll("body *"))
    .filter((one) => one.getBoundingClientRect().right > wide + 1)
    .map((one) => `${one.tagName.toLowerCase()}.${one.className}`);
  return `${document.documentElement.scrollWidth} > ${wide}: ${worst.slice(0, 3).join(", ")}`;
}"""


def of(page: Page, shot: Shot) -> Iterator[str]:
    """Everything that is wrong with a page that is open."""
    if too_wide := page.evaluate(OVERFLOW):
        yield f"scrolls sideways: {too_wide}"
    if (shift := sum(page.evaluate("window.shifted"))) > LARGEST_SHIFT:
        yield f"moves while it loads: {shift:.3f}"
    if (headings := page.locator("h1:visible").count()) != 1:
        yield f"has {headings} headings of the first rank"
    if shot.medium == "print":
        return
    yield from _of_axe(page)
    if shot.width <= PHONE:
        yield from (f"is hard to hit: {one}" for one in sorted(set(page.evaluate(SMALL_TARGETS))))


def _of_axe(page: Page) -> Iterator[str]:
    for broken in axe.run(page).response["violations"]:
        where = "; ".join(" ".join(node["target"]) for node in broken["nodes"][:3])
        yield f"axe {broken['id']}: {where}"
