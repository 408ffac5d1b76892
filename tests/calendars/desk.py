"""The calendars of ``config/``, and a plain one to change."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from hotline import policy
from hotline.calendars import rules, service
from hotline.calendars.rules import Calendar, CalendarPolicy, Label, Span

CONFIG = Path(__file__).parents[2] / "config"
TOKYO = ZoneInfo("Asia/Tokyo")
NAMES = service.read_list((CONFIG / "holidays.csv").read_bytes())
BUILT = rules.build(policy.read(CONFIG / "calendars.toml", CalendarPolicy), NAMES)
HOTLINE, GOVERNMENT = BUILT["hotline"], BUILT["government"]

NINE_TO_FIVE = (Span(540, 1020),)
REASON = Label(ja="社内研修", en="training")


def tokyo(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


def calendar(**parts) -> Calendar:
    defaults = {"weekly": (NINE_TO_FIVE,) * 7, "zone": TOKYO, "label": REASON}
    return Calendar("own", **{**defaults, **parts})
