"""Spans, shares, percentiles and tables: plain arithmetic."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hotline.errors import Invalid
from hotline.reports import rules
from hotline.reports.rules import Kept, Named, Of, Span
from hotline.reports.rules.figures.making import middle
from hotline.reports.rules.tables import Column, Cut, Measure, counted, of_fact, tables
from tests.builders import NOON

DAYS = some.dates(date(2000, 1, 1), date(2099, 12, 31))
COUNTS = some.dictionaries(some.integers(0, 500), some.integers(1, 9), max_size=30)
MINUTE = timedelta(minutes=1)


# Spans


@pytest.mark.parametrize(
    ("name", "on", "first"),
    [
        (Named.YEAR, "2026-11-22", "2025-12-01"),
        (Named.MONTH, "2026-11-22", "2026-11-01"),
        (Named.FISCAL, "2026-11-22", "2026-04-01"),
        (Named.FISCAL, "2026-03-31", "2025-04-01"),
    ],
)
def test_a_named_span_ends_today(name, on, first):
    assert rules.named(name, day(on)) == span(first, on)


@pytest.mark.parametrize(
    ("given", "before"),
    [
        (("2026-11-01", "2026-11-22"), ("2026-10-01", "2026-10-22")),
        (("2026-02-01", "2026-02-28"), ("2026-01-01", "2026-01-31")),
        (("2026-03-01", "2026-03-30"), ("2026-02-01", "2026-02-28")),
        (("2025-12-01", "2026-11-22"), ("2024-12-01", "2025-11-22")),
        (("2026-04-01", "2026-11-22"), ("2025-04-01", "2025-11-22")),
        (("2024-01-01", "2025-12-31"), ("2022-01-01", "2023-12-31")),
        (("2026-11-03", "2026-11-09"), ("2026-10-27", "2026-11-02")),
    ],
)
def test_a_span_is_compared_with_the_one_before(given, before):
    assert rules.former(span(*given)) == span(*before)


@given(DAYS, some.integers(0, 1000))
def test_the_days_before_do_not_reach_into_the_span(first, more):
    chosen = Span(first, first + timedelta(days=more))
    former = rules.former(chosen)

    assert former.last < chosen.first
    assert former.first <= former.last


@given(DAYS, some.integers(0, 1000))
def test_the_parts_of_a_span_are_the_whole_of_it(first, more):
    chosen = Span(first, first + timedelta(days=more))
    parts = rules.parts(chosen)

    assert (parts[0].start, parts[-1].end) == (chosen.start, chosen.end)
    assert all(one.end == following.start for one, following in pairwise(parts))
    assert sum(one.days for one in parts) == chosen.days
    assert len(parts) <= 45


def test_a_day_begins_at_midnight_in_japan():
    assert span("2026-11-01", "2026-11-01").start == datetime(2026, 10, 31, 15, tzinfo=UTC)
    assert rules.today(datetime(2026, 10, 31, 15, tzinfo=UTC)) == date(2026, 11, 1)


@pytest.mark.parametrize("last", ["2026-10-31", "2029-11-01"])
def test_a_span_ends_after_it_begins_and_has_three_years_at_most(last):
    with pytest.raises(Invalid) as refused:
        rules.checked(day("2026-11-01"), day(last))

    assert set(refused.value.fields) == {"to"}


def test_three_years_are_a_span():
    assert rules.checked(day("2026-11-01"), day("2029-10-31")).days == 1096


@given(DAYS, some.integers(0, 1439), some.integers(1, 1440), some.integers(-1500, 3000))
def test_hours_of_a_day_in_japan_are_the_same_in_utc(on, start, length, minute):
    end = min(start + length, 1440)
    at = span(str(on), str(on)).start + minute * MINUTE
    found = [
        since <= at.time() and (until is None or at.time() < until)
        for in_utc, (since, until) in rules.stretches(on, start, end)
        if in_utc == at.date()
    ]

    assert any(found) == (start <= minute < end)


# Arithmetic


@given(COUNTS, some.integers(1, 100))
def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed(values, percent):
    found = rules.percentile(values, percent)
    listed = sorted(value for value, times in values.items() for _ in range(times))
    enough = [one for one in listed if 100 * at_most(listed, one) >= percent * len(listed)]

    assert found == (enough[0] if enough else None)


@given(some.integers(0, 10**6), some.integers(0, 10**6))
def test_a_share_is_rounded_to_the_nearest_permille_and_of_few_there_is_none(part, more):
    whole = part + more
    found = rules.share_of(part, whole)

    assert (found is None) == (whole < rules.FEW)
    assert found is None or abs(found * whole - part * 1000) * 2 <= whole


@given(some.integers(0, 10**7))
def test_the_marks_of_an_axis_are_round_and_hold_the_highest(highest):
    marks = rules.marks(highest)
    step = marks[1]

    assert marks[0] == 0
    assert 2 <= len(marks) <= 6
    assert highest <= marks[-1] < max(highest, 1) + step
    assert str(step).rstrip("0") in ("1", "2", "5")


def test_nine_of_ten_are_not_named_for_few():
    assert rules.ninetieth({1: 4}) is None
    assert rules.ninetieth({1: 8, 7: 1, 9: 1}) == 7
    assert rules.median({}) is None


def test_values_that_are_none_are_not_counted():
    assert rules.histogram([(3, 2), (None, 5), (3, 1)]) == {3: 3}


# Promises


@pytest.mark.parametrize(
    ("status", "taken", "ended", "kept", "late"),
    [
        ("pending", None, None, Kept.OPEN_LATE, 60),
        ("taken", 50, None, Kept.OPEN, None),
        ("done", 15, 40, Kept.IN_TIME, None),
        ("done", 16, 40, Kept.LATE, 16),
        ("done", None, 15, Kept.IN_TIME, None),
        ("done", None, 40, Kept.LATE, 40),
        ("moved", None, 40, Kept.MOVED, None),
        ("called_off", 50, 51, Kept.CALLED_OFF, None),
    ],
)
def test_a_promise_is_late_when_it_was_taken_up_past_its_grace(status, taken, ended, kept, late):
    promise = Promise(status, taken_at=after(taken), ended_at=after(ended))
    now = NOON + 60 * MINUTE

    assert rules.kept(promise, now=now) is kept
    assert rules.late_minutes(promise, now=now) == late


def test_a_promise_whose_grace_is_not_over_is_open():
    assert rules.kept(Promise("announced"), now=NOON + 15 * MINUTE) is Kept.OPEN


# Tables


@dataclass(frozen=True)
class Thing:
    part: int
    kind: str
    times: int = 1
    late: int | None = None
    drill: bool = False


KINDS = some.sampled_from("abc")
LATE = some.none() | some.integers(0, 9)


THINGS = Cut("things", "Things", Of.STATUS, lambda one: one.kind, ("none", "a"))
COLUMNS = (
    Measure(Column("things", "Things"), counted),
    Measure(Column("b", "Of these b"), of_fact("kind", "b")),
)


def test_a_table_has_every_known_row_and_further_ones_by_their_size():
    made = table(
        [Thing(0, "c"), Thing(0, "b", 3), Thing(1, "a"), Thing(-1, "a", 9)], THINGS, COLUMNS
    )

    assert [(row.key, row.figures) for row in made.rows] == [
        ("none", (0, 0)), ("a", (1, 0)), ("b", (3, 3)), ("c", (1, 0)),
    ]  # fmt: skip
    assert (made.total, made.former) == ((5, 3), (9, 0))
    assert made.column("b") == (0, 0, 3, 0)
    assert (made.sum("things"), made.before("things")) == (5, 9)


@given(some.lists(some.builds(Thing, some.integers(-1, 3), KINDS, some.integers(1, 9), LATE)))
def test_figures_are_those_of_things_counted_one_by_one(things):
    made = table(things, THINGS, (*COLUMNS, Measure(Column("by", "By"), middle("late"))))
    known = dict.fromkeys(("none", "a", *(one.kind for one in things if one.part >= 0)))

    assert {row.key: row.figures for row in made.rows} == {
        kind: one_by_one(one for one in things if one.part >= 0 and one.kind == kind)
        for kind in known
    }
    assert made.total == one_by_one(one for one in things if one.part >= 0)
    assert made.former == one_by_one(one for one in things if one.part < 0)


def one_by_one(things) -> tuple[int, int, int | None]:
    listed = [one for one in things for _ in range(one.times)]
    values = sorted(one.late for one in listed if one.late is not None)
    middle = values[(len(values) - 1) // 2] if values else None
    return len(listed), sum(one.kind == "b" for one in listed), middle


def test_a_table_without_anything_is_empty():
    assert table([], THINGS, COLUMNS).is_empty
    assert not table([Thing(-1, "a")], THINGS, COLUMNS).is_empty


def test_a_section_says_how_many_drills_were_left_out():
    known = rules.Known(1, (), (), (), (), (), ())
    drills = [rules.FileTally(0, True, 2), rules.FileTally(0, False, 3)]
    made = rules.sections(rules.Tallies((), (), (), (), (), (), drills), known)
    files = {one.code: one for one in made}["files"]

    assert "costs" not in {one.code for one in made}
    assert (files.drills, files.main.total, files.is_empty) == (2, (3,), False)
    assert all(one.is_empty for one in made if one.code != "files")


def table(tallies, cut, measures):
    return tables(tallies, [cut], measures)[0]


@dataclass(frozen=True)
class Promise:
    """Due at noon, with a grace of a quarter of an hour."""

    status: str
    taken_at: datetime | None = None
    ended_at: datetime | None = None
    due_at: datetime = NOON
    take_up_by: datetime = NOON + 15 * MINUTE


def after(minutes: int | None) -> datetime | None:
    return None if minutes is None else NOON + minutes * MINUTE


def at_most(values, one) -> int:
    return sum(value <= one for value in values)


def day(text: str) -> date:
    return date.fromisoformat(text)


def span(first: str, last: str) -> Span:
    return Span(day(first), day(last))
