"""From the command line to the pictures."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from scripts._pictures import checks, sheet, tour
from scripts._pictures.camera import Camera
from scripts._pictures.grid import LANGUAGES, MEDIA, WIDTHS, Shot, chosen, shots
from tests.browser import states
from tests.browser.scene import serve


def main(description: str) -> None:
    """Do what the command line says, and end with 1 when something was found."""
    asked = arguments(description)
    if asked.tour:
        with tempfile.TemporaryDirectory() as scratch:
            sys.exit(tour.take(asked.folder, Path(scratch)))
    with tempfile.TemporaryDirectory() as scratch, serve(Path(scratch)) as house:
        states.add(house)
        with Camera(house) as camera:
            sys.exit(measure(camera, asked) if asked.axe else take(camera, asked))


def arguments(description: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("words", nargs="*", metavar="FOLDER PAGE")
    parser.add_argument("--axe", action="store_true", help="measure instead of taking pictures")
    parser.add_argument("--widths", type=listed(int), default=WIDTHS, help="1440,768,390")
    parser.add_argument("--media", type=listed(str), default=MEDIA, help="light,dark,print")
    parser.add_argument("--languages", type=listed(str), default=LANGUAGES, help="ja,en")
    parser.add_argument(
        "--as", dest="roles", type=listed(str), default=(), help="each page as these roles too"
    )
    parser.add_argument("--tour", action="store_true", help="the pictures of README and tour.md")
    asked = parser.parse_intermixed_args()  # FOLDER, options, then pages: any order.
    if not asked.axe and not asked.words:
        parser.error("name a folder for the pictures")
    asked.folder = None if asked.axe else Path(asked.words[0])
    asked.pages = asked.words if asked.axe else asked.words[1:]
    return asked


def listed(kind: Callable[[str], object]) -> Callable[[str], tuple[object, ...]]:
    return lambda text: tuple(kind(one) for one in text.split(","))


def every(asked: argparse.Namespace) -> Iterator[Shot]:
    for name, look in chosen(asked).items():
        yield from shots(name, look, asked)


def take(camera: Camera, asked: argparse.Namespace) -> int:
    """Write the pictures and the sheet."""
    asked.folder.mkdir(parents=True, exist_ok=True)
    taken = []
    for shot in every(asked):
        page = camera.open(shot)
        if page is None:
            continue
        page.screenshot(path=asked.folder / shot.file, full_page=True)
        if shot.medium == "print":
            page.pdf(path=(asked.folder / shot.file).with_suffix(".pdf"), prefer_css_page_size=True)
        camera.close(page)
        taken.append(shot)
    print(f"Wrote {len(taken)} pictures; look at {sheet.write(asked.folder, taken)}.")
    return 0


def measure(camera: Camera, asked: argparse.Namespace) -> int:
    """Say what is wrong, a line each; the heaviest page at the end."""
    found, weights, looked_at = 0, {}, 0
    for shot in every(asked):
        page = camera.open(shot)
        if page is None:
            continue
        looked_at += 1
        for line in checks.of(page, shot):
            found += 1
            print(f"{shot.name} {shot.label}: {line}", flush=True)
        camera.close(page)
        if shot.name not in weights:
            weights[shot.name] = camera.weigh(shot)
    heavy = {name: bytes_ for name, bytes_ in weights.items() if bytes_ > checks.HEAVIEST}
    for name, bytes_ in heavy.items():
        print(f"{name}: {bytes_:,} bytes come over the line")
    heaviest = max(weights, key=lambda name: weights[name])
    print(
        f"Looked {looked_at} times at {len(weights)} pages and found {found + len(heavy)} things; "
        f"the heaviest is {heaviest} with {weights[heaviest]:,} bytes."
    )
    return 1 if found or heavy else 0
