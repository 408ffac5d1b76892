"""The pictures of README and docs/tour.md: what the desk and members see while a call comes."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import delete, select, update

from hotline import clock
from hotline.calls import service as calls
from hotline.calls.models import Call
from hotline.calls.rules import Happening, Kind, Status
from hotline.db import db
from hotline.duty.models import Shift
from hotline.tickets.models import Ticket
from hotline.transaction import transaction
from tests.browser import chromium
from tests.browser.scene import NOW, House, serve

CALLER = "+81566001234"
LINE = "+81120066318"
COLOURS = 128
"""As many as the pages have, edges of letters included; the files become a third."""


@dataclass(frozen=True)
class View:
    """One picture: who looks at which page, how large, and what is done there first."""

    role: str
    path: str
    size: tuple[int, int]
    act: Callable[[Page], None] = lambda page: None
    scale: int = 1


def take_the_call(page: Page) -> None:
    """Answer it, and write down what the caller says first."""
    page.get_by_role("button", name=re.compile("^受ける")).click()
    page.wait_for_url(re.compile(r"/intake$"))
    for question, answers in SAID.items():
        for answer in answers:
            group = page.locator("fieldset, [role=group]").filter(has_text=question).last
            group.locator("label", has_text=answer).first.click()
    page.locator(".say input[type=checkbox]").first.check()
    page.locator("#part-severity .sev", has_text="P1").wait_for()
    page.wait_for_timeout(1_000)  # Who wrote each answer down comes a moment later.
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")


SAID = {
    "被害は今も広がっていますか": ("はい",),
    "止まっているもの": ("生産ライン", "受発注（EDI）"),
    "影響している機器の種類": ("業務サーバー",),
}

VIEWS = {
    "tickets": View("coordinator", "/tickets", (1440, 900)),
    "ticket": View("coordinator", "/tickets/{shared}", (1440, 1000)),
    "portal": View("member", "/portal", (390, 844), scale=2),
    "console": View("operator", "/console", (1440, 620)),
    "intake": View("operator", "/console", (1440, 900), take_the_call),
}
"""In this order: the call comes before the console is looked at, and is taken last."""


def take(folder: Path, scratch: Path) -> int:
    """Write every picture of the tour into ``folder``; they are 128 colours small."""
    folder.mkdir(parents=True, exist_ok=True)
    with serve(scratch) as house, sync_playwright() as playwright:
        _tidy(house)
        browser = playwright.chromium.launch(executable_path=chromium.path(), args=chromium.FLAGS)
        for name, view in VIEWS.items():
            if name == "console":
                _ring(house)
            _picture(browser, house, view, folder / f"{name}.png")
        browser.close()
    print(f"Wrote {', '.join(VIEWS)} into {folder}; look at each of them.")
    return 0


def _picture(browser: Browser, house: House, view: View, target: Path) -> None:
    width, height = view.size
    context = browser.new_context(
        viewport={"width": width, "height": height}, device_scale_factor=view.scale
    )
    context.add_cookies([house.session(view.role)])
    page = context.new_page()
    page.goto(house.address + view.path.format(**house.numbers))
    view.act(page)
    page.screenshot(path=target)
    context.close()
    with Image.open(target) as whole:
        small = whole.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(target, optimize=True)


def _tidy(house: House) -> None:
    """Nobody rings, people are on duty until the evening, and no company has a hostile name."""
    with house.app.app_context(), transaction():
        db.session.execute(delete(Call).where(Call.status == Status.RINGING))
        db.session.execute(update(Shift).values(ends_at=NOW.replace(hour=17, minute=0, second=0)))
        hostile = db.session.scalars(
            select(Ticket).where(Ticket.number == house.numbers["hostile"])
        ).one()
        hostile.company = "有限会社かりがね製作所"


def _ring(house: House) -> None:
    """A caller whose company is on file presses 1."""
    came = Happening(Kind.CAME, NOW - timedelta(seconds=9), "CA-tour", CALLER, LINE)
    with house.app.app_context(), clock.fixed(NOW), transaction():
        call = calls.record(came, now=NOW)
        assert call is not None  # Only a text message belongs to no call.
        calls.choose(call, "1", now=NOW)
