"""Which span the address asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask import request

from hotline.errors import N_, Invalid, Problem
from hotline.reports import rules
from hotline.reports.rules import Named, Span
from hotline.web import typed

FREE = "free"

NAMES = {
    Named.YEAR: N_("Last 12 months"),
    Named.MONTH: N_("This month"),
    Named.FISCAL: N_("This fiscal year"),
}


@dataclass(frozen=True)
class Asked:
    """The span, under which name it was asked for ("free" for days that somebody chose)."""

    span: Span
    name: str

    @property
    def address(self) -> dict[str, str]:
        """What a link to the same span carries."""
        if self.name != FREE:
            return {"span": self.name}
        return {"from": self.span.first.isoformat(), "to": self.span.last.isoformat()}


def asked(now: datetime) -> Asked:
    """What the address asks for; the last twelve months when it says nothing. Raises Invalid."""
    given = request.args
    if given.get("from") or given.get("to"):
        return Asked(_chosen(given, now), FREE)
    name = given.get("span") or Named.YEAR
    if name not in NAMES:
        raise Invalid({"span": Problem(N_("There is no such choice."))})
    return usual(now, name)


def usual(now: datetime, name: str = Named.YEAR) -> Asked:
    """A span with a name, as it is today."""
    return Asked(rules.named(name, rules.today(now)), str(name))


def _chosen(given: Mapping[str, str], now: datetime) -> Span:
    today = rules.today(now)
    problems: dict[str, Problem] = {}
    days: dict[str, date] = {}
    for name in ("from", "to"):
        try:
            days[name] = typed.parse_day(given.get(name, ""), today=today)
        except Problem as problem:
            problems[name] = problem
    if problems:
        raise Invalid(problems)
    return rules.checked(days["from"], days["to"])
