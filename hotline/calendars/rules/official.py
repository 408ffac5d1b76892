"""National holidays: the official list, and what stands in beyond its last year."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property, lru_cache

from hotline.calendars.rules.hours import Label

REST = "休日"
SUBSTITUTE = "休日（振替休日）"
CITIZENS = "休日（国民の休日）"
_LIBRARY_NAMES = {"振替休日": SUBSTITUTE, "国民の休日": CITIZENS}


@dataclass(frozen=True)
class OfficialDays:
    """The official list: names by date, and the years it is complete for."""

    names: Mapping[date, str] = field(default_factory=dict)
    english: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def years(self) -> frozenset[int]:
        return frozenset(day.year for day in self.names)

    @property
    def last_day(self) -> date:
        """The end of the last complete year."""
        return date(max(self.years), 12, 31)

    def name(self, day: date) -> str | None:
        """The name of the holiday, from the library where the official list has no such year."""
        if day.year not in self.years:
            return _from_library(day.year).get(day)
        name = self.names.get(day)
        return self._kind_of_rest(day) if name == REST else name

    def label(self, day: date) -> Label | None:
        """The holiday's name in both languages, or None on any other day."""
        name = self.name(day)
        return None if name is None else Label(ja=name, en=self.english.get(name, name))

    def _kind_of_rest(self, day: date) -> str:
        """Tell apart what the official list only calls 休日 (Act on National Holidays, art. 3)."""
        before = day - timedelta(days=1)
        while before in self.names:
            if before.weekday() == 6:
                return SUBSTITUTE
            before -= timedelta(days=1)
        around = (day - timedelta(days=1), day + timedelta(days=1))
        return CITIZENS if all(one in self.names for one in around) else REST


@lru_cache(maxsize=200)
def _from_library(year: int) -> Mapping[date, str]:
    # Imported here: it brings the holidays of the world, and is asked beyond the list only.
    import holidays

    found = holidays.country_holidays("JP", years=year, language="ja")
    return {day: _LIBRARY_NAMES.get(name, name) for day, name in found.items()}
