"""The form of a partner: its fields as they were sent, or as they stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import request

from hotline.calendars.rules import parse_spans
from hotline.vendors.rules import WEEKLY, Details, written_spans

TEXTS = (
    "code", "name", "kana", "corporate_number", "country", "capacity", "contract_from",
    "contract_to", "note", "zone", "holidays", "round_the_clock", *WEEKLY,
)  # fmt: skip
CHOSEN = ("functions", "regions", "languages")
OFFICE = parse_spans(["09:00-18:00"])


@dataclass(frozen=True)
class Form:
    """Texts by field, and the codes that are ticked."""

    texts: Mapping[str, str]
    chosen: Mapping[str, Sequence[str]]


def sent(functions: Sequence[str]) -> Form:
    """The form as somebody sent it."""
    names = (*TEXTS, *(f"reply-{code}" for code in functions))
    return Form(
        {name: request.form.get(name, "") for name in names},
        {name: request.form.getlist(name) for name in CHOSEN},
    )


def empty(code: str) -> Form:
    """The form of a partner nobody has written down yet: an office in Japan."""
    week = {name: written_spans(OFFICE) for name in WEEKLY[:5]}
    usual = {"code": code, "country": "JP", "zone": "Asia/Tokyo", "holidays": "japan"}
    return Form({**usual, "capacity": "1", **week}, {"languages": ["ja"]})


def of(details: Details) -> Form:
    """The form of a partner as it stands."""
    hours = details.hours
    week = {name: written_spans(hours.weekly[day]) for day, name in enumerate(WEEKLY)}
    replies = {f"reply-{code}": str(minutes) for code, minutes in details.functions.items()}
    texts = {
        "code": details.code,
        "name": details.name,
        "kana": details.kana,
        "corporate_number": details.corporate_number,
        "country": details.country,
        "capacity": str(details.capacity),
        "contract_from": _written(details.contract_from),
        "contract_to": _written(details.contract_to),
        "note": details.note,
        "zone": hours.zone,
        "holidays": hours.holidays.value,
        "round_the_clock": "on" if hours.round_the_clock else "",
    }
    chosen = {
        "functions": list(details.functions),
        "regions": details.regions,
        "languages": details.languages,
    }
    return Form({**texts, **week, **replies}, chosen)


def _written(day: date | None) -> str:
    return f"{day.year}/{day.month}/{day.day}" if day else ""
