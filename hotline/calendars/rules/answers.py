"""What the calendar answers: a day, a start of service, and the steps that led there."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from hotline.calendars.rules.hours import Label, Spans

BUSINESS_DAY = Label(ja="営業日", en="business day")
WEEKDAYS = tuple(
    Label(ja=f"{ja}曜日", en=en)
    for ja, en in zip(
        "月火水木金土日",
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        strict=True,
    )
)


class Cause(StrEnum):
    """Why a day has the hours it has."""

    REGULAR = "regular"
    WEEKDAY = "weekday"
    HOLIDAY = "holiday"
    REST = "rest"
    YEARLY = "yearly"
    CLOSED = "closed"
    OWN_HOURS = "own_hours"


class Code(StrEnum):
    """What one step of a computation found."""

    IN_HOURS = "in_hours"
    OUT_OF_HOURS = "out_of_hours"
    ON_CLOSED_DAY = "on_closed_day"
    CLOSED = "closed"
    OPENS = "opens"


@dataclass(frozen=True)
class Day:
    """One date: its hours, why, and under which name; provisional without an official list."""

    date: date
    spans: Spans
    cause: Cause
    name: Label
    provisional: bool


@dataclass(frozen=True)
class Step:
    """One step of the reason: what was found at ``at`` (local; midnight of a day passed over)."""

    code: Code
    day: Day
    at: datetime


@dataclass(frozen=True)
class ServiceStart:
    """When service starts for a call, and each step that led there. Instants are UTC.

    ``provisional`` says that the official holidays of a year involved are not known yet.
    """

    received_at: datetime
    in_hours: bool
    at: datetime
    steps: tuple[Step, ...]
    provisional: bool
