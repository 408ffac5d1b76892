"""Days, moments and lengths of time, as people read them."""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

from babel.dates import format_date
from markupsafe import Markup, escape

from hotline.clock import TOKYO
from hotline.edge.language import current, gettext
from hotline.errors import N_

MINUTE = timedelta(minutes=1)


def clock_time(at: datetime) -> str:
    """``9:00``."""
    local = at.astimezone(TOKYO)
    return f"{local.hour}:{local.minute:02}"


def clock_seconds(at: datetime) -> str:
    """``10:26:53``."""
    return f"{clock_time(at)}:{at.astimezone(TOKYO).second:02}"


def day(on: date | datetime, today: date | None = None) -> str:
    """``9月24日（木）`` or ``Thu 24 Sep``; with the year when it is not the year of ``today``."""
    local = on.astimezone(TOKYO).date() if isinstance(on, datetime) else on
    if today is not None and today.year != local.year:
        return _written(local, gettext("EEE d MMM y"), current())
    return _written(local, gettext("EEE d MMM"), current())


@lru_cache(maxsize=2000)
def _written(on: date, pattern: str, language: str) -> str:
    """Remembered: a list says the same few days again and again."""
    return str(format_date(on, pattern, locale=language))


def moment(at: datetime, now: datetime | None = None) -> str:
    """``きょう 9:30``, ``あす 9:00``, ``9月24日（木）9:00``, in another year ``2027年1月4日…``."""
    if now is None:
        return full_moment(at)
    today = now.astimezone(TOKYO).date()
    distance = (at.astimezone(TOKYO).date() - today).days
    if distance in NEAR_DAYS:
        return gettext(NEAR_DAYS[distance], time=clock_time(at))
    return full_moment(at, now)


def full_moment(at: datetime, now: datetime | None = None) -> str:
    """``9月24日（木）9:00``: the date always, the year when it is not the year of ``now``."""
    today = now.astimezone(TOKYO).date() if now else None
    return gettext("%(day)s %(time)s", day=day(at, today), time=clock_time(at))


DATE = re.compile(r"(?:\d{4}年)?\d{1,2}月\d{1,2}日（.）(?:\d{1,2}:\d{2})?")


def unbroken(words: str) -> Markup:
    """Words with dates among them, for HTML: no line ends between a day and its weekday."""
    safe = str(escape(words))
    return Markup(DATE.sub(r'<span class="nowrap">\g<0></span>', safe))  # noqa: S704 - escaped


def exact(at: datetime) -> str:
    """``2026年9月24日（木）9:00``: what stands behind a time that only says how far away it is."""
    return gettext("%(day)s %(time)s", day=day(at, date.min), time=clock_time(at))


NEAR_DAYS = {
    -1: N_("yesterday %(time)s"),
    0: N_("today %(time)s"),
    1: N_("tomorrow %(time)s"),
}


def span(length: timedelta) -> str:
    """``20分``, ``1時間12分``, ``3日4時間``: whole minutes, never none."""
    minutes = max(length // MINUTE, 1)
    hours, rest = divmod(minutes, 60)
    if hours >= 48:
        return gettext("%(days)s d %(hours)s h", days=hours // 24, hours=hours % 24)
    if not hours:
        return gettext("%(minutes)s min", minutes=rest)
    if not rest:
        return gettext("%(hours)s h", hours=hours)
    return gettext("%(hours)s h %(minutes)s min", hours=hours, minutes=rest)


def call_length(seconds: int | float) -> str:
    """The length of a call: ``7分42秒``."""
    minutes, rest = divmod(int(seconds), 60)
    if not minutes:
        return gettext("%(seconds)s s", seconds=rest)
    return gettext("%(minutes)s min %(seconds)s s", minutes=minutes, seconds=rest)


def minutes_long(minutes: int) -> str:
    """How long work took: ``1時間12分``."""
    return span(timedelta(minutes=minutes))
