"""The ranking in words: what speaks for and against each candidate, and who is left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hotline import policy
from hotline.coordination.models import Task
from hotline.coordination.queries import Placed, ranking
from hotline.coordination.rules import Criterion, Excluded, FunctionsPolicy, Point, Why, Wish
from hotline.edge.language import current, gettext
from hotline.errors import N_
from hotline.vendors import queries as vendors
from hotline.vendors.models import VendorContact
from hotline.web import formats

CRITERIA: Mapping[Criterion, str] = {
    Criterion.REGION: N_("Region"),
    Criterion.LANGUAGE: N_("Language"),
    Criterion.HOURS: N_("Hours"),
    Criterion.LOAD: N_("Capacity"),
    Criterion.ACCEPTANCE: N_("Answers so far"),
    Criterion.REPLY: N_("Agreed to answer"),
}

WHY: Mapping[Why, str] = {
    Why.PLACE_DOES_NOT_MATTER: N_("the place does not matter"),
    Why.GOES_EVERYWHERE: N_("all of Japan"),
    Why.GOES_THERE: N_("goes there"),
    Why.DOES_NOT_GO_THERE: N_("does not go there"),
    Why.SPEAKS_IT: N_("%(language)s"),
    Why.DOES_NOT_SPEAK_IT: N_("no %(language)s"),
    Why.ROUND_THE_CLOCK: N_("at any hour"),
    Why.OPEN_NOW: N_("open now"),
    Why.OPENS_SOON: N_("opens %(opens_at)s"),
    Why.OPENS_LATER: N_("opens %(opens_at)s"),
    Why.NOT_OPENING: N_("does not open in sight"),
    Why.FREE: N_("%(free)s of %(capacity)s free"),
    Why.FULL: N_("none of %(capacity)s free"),
    Why.NEVER_ANSWERED: N_("not asked yet"),
    Why.ACCEPTED_BEFORE: N_("took on %(accepted)s of %(answered)s"),
    Why.ANSWERS_WITHIN: N_("within %(minutes)s"),
}

LEFT_OUT: Mapping[Excluded, str] = {
    Excluded.DECLARED_CONFLICT: N_("conflict of interest: works for the company or the other side"),
    Excluded.WORKS_FOR_OTHER_SIDE: N_("conflict of interest: works for the other side now"),
    Excluded.ALREADY_ASKED: N_("asked already"),
    Excluded.DECLINED: N_("declined this task"),
    Excluded.SILENT: N_("did not answer in time"),
    Excluded.TAKEN_BACK: N_("its request was taken back"),
}


@dataclass(frozen=True)
class Reason:
    """One criterion in words; ``is_against`` when it brought no point at all."""

    label: str
    words: str
    earned: int
    of: int

    @property
    def is_against(self) -> bool:
        """Whether it speaks against the candidate."""
        return self.of > 0 and self.earned == 0


@dataclass(frozen=True)
class Row:
    """One candidate as it is shown; ``reachable``: somebody there can be told."""

    placed: Placed
    reasons: Mapping[Criterion, Reason]
    left_out: str
    reachable: bool
    proposed: str

    @property
    def percent(self) -> int:
        """Its points in percent of what can be had."""
        most = self.placed.ranked.most
        return round(100 * self.placed.ranked.total / most) if most else 0


def rows(task: Task, wish: Wish) -> list[Row]:
    """Every candidate in the order of asking, then who is left out."""
    now = wish.now
    found = ranking(task, now=now, wish=wish)
    contacts = vendors.contacts_by_vendor({one.vendor.id for one in found})
    return [_row(one, contacts.get(one.vendor.id, ()), now=now) for one in found]


def _row(placed: Placed, contacts: Sequence[VendorContact], *, now: datetime) -> Row:
    excluded = placed.ranked.excluded
    reasons = {one.criterion: _reason(one, now=now) for one in placed.ranked.points}
    return Row(
        placed=placed,
        reasons=reasons,
        left_out=gettext(LEFT_OUT[excluded]) if excluded else "",
        reachable=any(one.ended_at is None for one in contacts),
        proposed=_usual(placed.ranked.position, reasons),
    )


def _usual(position: int, reasons: Mapping[Criterion, Reason]) -> str:
    """What is usually done: the first is asked, the others stand in line; neither who is left out
    nor who does not go there or does not speak the language."""
    if position == 1:
        return "now"
    fits = not any(reasons[one].is_against for one in (Criterion.REGION, Criterion.LANGUAGE))
    return "then" if position and fits else "no"


def _reason(point: Point, *, now: datetime) -> Reason:
    facts = {name: _say(name, value, now) for name, value in point.facts.items()}
    words = gettext(WHY[point.why], **facts)
    return Reason(gettext(CRITERIA[point.criterion]), words, point.earned, point.of)


def _say(name: str, value: object, now: datetime) -> object:
    if isinstance(value, datetime):
        return formats.moment(value, now)
    if name == "minutes" and isinstance(value, int):
        return formats.minutes_long(value)
    if name == "language":
        found = policy.get(FunctionsPolicy).languages.get(str(value))
        return getattr(found, current(), value)
    return value
