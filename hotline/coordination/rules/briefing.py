"""The two-language brief: what was released, arranged as the regulation asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hotline.coordination.rules.releasing import Both, ReleasingPolicy, both


@dataclass(frozen=True)
class Row:
    """One fact of the brief, and when it was released."""

    code: str
    label: Both
    words: Both
    released_at: datetime


@dataclass(frozen=True)
class Section:
    """One part of the brief with what was released for it; ``ref`` is "" for other facts."""

    ref: str
    heading: Both
    rows: tuple[Row, ...]


def arranged(rows: Sequence[Row], policy: ReleasingPolicy) -> list[Section]:
    """The brief: each heading of the regulation, also without facts, and the other facts last."""
    by_code = {one.code: one for one in rows}
    sections = [
        Section(
            one.ref,
            both(one),
            tuple(by_code[code] for code in one.shows if code in by_code),
        )
        for one in policy.heading
    ]
    placed = {code for one in policy.heading for code in one.shows}
    left = tuple(one for one in rows if one.code not in placed)
    others = both(policy.others)
    return [*sections, Section("", others, left)] if left else sections
