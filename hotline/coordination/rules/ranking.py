"""In which order partners are asked, and what speaks for and against each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Any

from hotline.coordination.rules.routing import Weights

OUR_LANGUAGE = "ja"
OUR_COUNTRY = "JP"


class Criterion(StrEnum):
    """What candidates are compared by, in the order of the columns."""

    REGION = "region"
    LANGUAGE = "language"
    HOURS = "hours"
    LOAD = "load"
    ACCEPTANCE = "acceptance"
    REPLY = "reply"


class Why(StrEnum):
    """Why a candidate has so many points for one criterion."""

    PLACE_DOES_NOT_MATTER = "place_does_not_matter"
    GOES_EVERYWHERE = "goes_everywhere"
    GOES_THERE = "goes_there"
    DOES_NOT_GO_THERE = "does_not_go_there"
    SPEAKS_IT = "speaks_it"
    DOES_NOT_SPEAK_IT = "does_not_speak_it"
    ROUND_THE_CLOCK = "round_the_clock"
    OPEN_NOW = "open_now"
    OPENS_SOON = "opens_soon"
    OPENS_LATER = "opens_later"
    NOT_OPENING = "not_opening"
    FREE = "free"
    FULL = "full"
    NEVER_ANSWERED = "never_answered"
    ACCEPTED_BEFORE = "accepted_before"
    ANSWERS_WITHIN = "answers_within"


class Excluded(StrEnum):
    """Why a candidate cannot be asked, or not again without saying why."""

    DECLARED_CONFLICT = "declared"
    """It works for the company or for the other side, or cannot act against them."""
    WORKS_FOR_OTHER_SIDE = "engaged"
    """It is engaged now by somebody on the other side of this incident."""
    ALREADY_ASKED = "asked"
    """An offer of this task to it is open or accepted."""
    DECLINED = "declined"
    SILENT = "silent"
    TAKEN_BACK = "taken_back"


ASKED_AGAIN = frozenset({Excluded.DECLINED, Excluded.SILENT, Excluded.TAKEN_BACK})
"""These can be asked once more, with a reason."""


@dataclass(frozen=True)
class Wish:
    """What the work needs: a region and a language, "" where neither matters, as of ``now``."""

    now: datetime
    region: str = ""
    language: str = ""


@dataclass(frozen=True)
class Candidate:
    """One partner that does this work, as far as it counts for the order (aware UTC).

    ``opens_at`` is None when it does not open in the foreseeable future. ``load`` are its
    engagements now; ``accepted`` of ``answered`` earlier offers were taken on, drills left out.
    """

    vendor_id: int
    code: str
    regions: Sequence[str]
    languages: Sequence[str]
    country: str
    round_the_clock: bool
    opens_at: datetime | None
    load: int
    capacity: int
    accepted: int
    answered: int
    reply_minutes: int
    excluded: Excluded | None = None


@dataclass(frozen=True)
class Point:
    """So many points of so many for one criterion, why, and the facts that the words need."""

    criterion: Criterion
    why: Why
    earned: int
    of: int
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Ranked:
    """The place of one candidate, from 1; 0 for who is left out."""

    vendor_id: int
    position: int
    points: tuple[Point, ...]
    excluded: Excluded | None = None

    @property
    def total(self) -> int:
        """All points together."""
        return sum(one.earned for one in self.points)

    @property
    def most(self) -> int:
        """What nobody can have more of."""
        return sum(one.of for one in self.points)

    @property
    def can_be_asked(self) -> bool:
        """Whether an offer may go to it, first or with a reason."""
        return self.excluded is None or self.excluded in ASKED_AGAIN

    def point(self, criterion: str) -> Point:
        """What it has for one criterion."""
        return next(one for one in self.points if one.criterion == criterion)

    def record(self) -> dict[str, Any]:
        """What is kept with the offer: codes and numbers alone."""
        points = {one.criterion.value: [one.why.value, one.earned, one.of] for one in self.points}
        return {"position": self.position, "total": self.total, "points": points}


def rank(candidates: Sequence[Candidate], wish: Wish, weights: Weights) -> list[Ranked]:
    """The candidates in the order of asking, then those who are left out.

    Who has capacity left comes before who has not; then more points, the quicker reply, the code.
    """
    pointed = [(one, _points(one, wish, weights)) for one in candidates]
    pointed.sort(key=lambda pair: _order(*pair))
    able = [pair for pair in pointed if pair[0].excluded is None]
    rest = [pair for pair in pointed if pair[0].excluded is not None]
    ranked = [Ranked(one.vendor_id, place, points) for place, (one, points) in enumerate(able, 1)]
    return ranked + [Ranked(one.vendor_id, 0, points, one.excluded) for one, points in rest]


def is_in_order(order: Sequence[Ranked], chosen: Sequence[int]) -> bool:
    """Whether asking ``chosen`` (ids of partners) at once follows the ranking: they are its
    first ones, in any order among themselves. Otherwise somebody has to say why."""
    first = [one.vendor_id for one in order if one.excluded is None]
    return set(chosen) == set(first[: len(chosen)])


def _order(one: Candidate, points: Sequence[Point]) -> tuple[bool, int, int, str]:
    total = sum(point.earned for point in points)
    return one.load >= one.capacity, -total, one.reply_minutes, one.code


def _points(one: Candidate, wish: Wish, weights: Weights) -> tuple[Point, ...]:
    return (
        _region(one, wish, weights),
        _language(one, wish, weights),
        _hours(one, wish, weights),
        _load(one, weights),
        _acceptance(one, weights),
        _reply(one, weights),
    )


def _point(
    criterion: Criterion, why: Why, share: Fraction | int, of: int, **facts: object
) -> Point:
    """Halves are rounded up."""
    return Point(criterion, why, int(share * of + Fraction(1, 2)), of, facts)


def _region(one: Candidate, wish: Wish, weights: Weights) -> Point:
    if not wish.region:
        why = Why.PLACE_DOES_NOT_MATTER
    elif wish.region in one.regions:
        why = Why.GOES_THERE
    elif not one.regions and one.country == OUR_COUNTRY:
        why = Why.GOES_EVERYWHERE
    else:
        why = Why.DOES_NOT_GO_THERE
    share = int(why is not Why.DOES_NOT_GO_THERE)
    return _point(Criterion.REGION, why, share, weights.region, region=wish.region)


def _language(one: Candidate, wish: Wish, weights: Weights) -> Point:
    wanted = wish.language or OUR_LANGUAGE
    speaks = wanted in one.languages
    why = Why.SPEAKS_IT if speaks else Why.DOES_NOT_SPEAK_IT
    return _point(Criterion.LANGUAGE, why, int(speaks), weights.language, language=wanted)


def _hours(one: Candidate, wish: Wish, weights: Weights) -> Point:
    soon = timedelta(hours=weights.opens_soon_hours)
    if one.round_the_clock and one.opens_at == wish.now:
        why, share = Why.ROUND_THE_CLOCK, Fraction(1)
    elif one.opens_at is None:
        why, share = Why.NOT_OPENING, Fraction(0)
    elif one.opens_at <= wish.now:
        why, share = Why.OPEN_NOW, Fraction(1)
    elif one.opens_at - wish.now <= soon:
        why, share = Why.OPENS_SOON, Fraction(1, 2)
    else:
        why, share = Why.OPENS_LATER, Fraction(0)
    return _point(Criterion.HOURS, why, share, weights.hours, opens_at=one.opens_at)


def _load(one: Candidate, weights: Weights) -> Point:
    free = max(0, one.capacity - one.load)
    facts = {"free": free, "capacity": one.capacity}
    if not free:
        return _point(Criterion.LOAD, Why.FULL, 0, weights.load, **facts)
    share = Fraction(free, one.capacity)
    return _point(Criterion.LOAD, Why.FREE, share, weights.load, **facts)


def _acceptance(one: Candidate, weights: Weights) -> Point:
    """As if everybody had answered some more offers, half of them with yes."""
    added = weights.added_answers
    share = (one.accepted + Fraction(added, 2)) / (one.answered + added)
    why = Why.ACCEPTED_BEFORE if one.answered else Why.NEVER_ANSWERED
    facts = {"accepted": one.accepted, "answered": one.answered}
    return _point(Criterion.ACCEPTANCE, why, share, weights.acceptance, **facts)


def _reply(one: Candidate, weights: Weights) -> Point:
    left = Fraction(weights.slow_reply_minutes - one.reply_minutes, weights.slow_reply_minutes)
    share = max(Fraction(0), left)
    return _point(
        Criterion.REPLY, Why.ANSWERS_WITHIN, share, weights.reply, minutes=one.reply_minutes
    )
