"""In which order partners are asked, and why."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.coordination import rules
from hotline.coordination.rules import Candidate, Criterion, Excluded, Weights, Why, Wish

NOW = datetime(2026, 9, 24, 1, 0, tzinfo=UTC)
WISH = Wish(NOW, region="chubu")
WEIGHTS = Weights(
    region=30, language=30, hours=20, load=15, acceptance=15, reply=10,
    opens_soon_hours=3, slow_reply_minutes=480, added_answers=4,
)  # fmt: skip
PLAIN = Candidate(
    1, "V-1", ["chubu"], ["ja"], "JP", round_the_clock=False, opens_at=NOW, load=0, capacity=4,
    accepted=0, answered=0, reply_minutes=60,
)  # fmt: skip


def ranked(*candidates, wish=WISH):
    return rules.rank(candidates, wish, WEIGHTS)


def reason(criterion, wish=WISH, **facts):
    point = ranked(replace(PLAIN, **facts), wish=wish)[0].point(criterion)
    return point.why, point.earned


def test_who_goes_there_and_is_open_comes_first():
    away = replace(PLAIN, vendor_id=2, code="V-0", regions=["kyushu"])
    asleep = replace(PLAIN, vendor_id=3, code="V-0", opens_at=NOW + timedelta(hours=8))

    assert [one.vendor_id for one in ranked(away, asleep, PLAIN)] == [1, 3, 2]
    assert [one.position for one in ranked(away, asleep, PLAIN)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("facts", "wish", "found"),
    [
        ({}, WISH, (Why.GOES_THERE, 30)),
        ({"regions": []}, WISH, (Why.GOES_EVERYWHERE, 30)),
        ({"regions": [], "country": "DE"}, WISH, (Why.DOES_NOT_GO_THERE, 0)),
        ({"regions": ["kanto"]}, WISH, (Why.DOES_NOT_GO_THERE, 0)),
        ({"regions": ["kanto"]}, Wish(NOW), (Why.PLACE_DOES_NOT_MATTER, 30)),
    ],
)
def test_the_region_counts(facts, wish, found):
    assert reason(Criterion.REGION, wish, **facts) == found


@pytest.mark.parametrize(
    ("facts", "wish", "found"),
    [
        ({}, WISH, (Why.SPEAKS_IT, 30)),
        ({"languages": ["de", "en"]}, WISH, (Why.DOES_NOT_SPEAK_IT, 0)),
        ({"languages": ["de", "en"]}, Wish(NOW, language="en"), (Why.SPEAKS_IT, 30)),
    ],
)
def test_the_language_counts_and_japanese_is_ours(facts, wish, found):
    assert reason(Criterion.LANGUAGE, wish, **facts) == found


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({}, (Why.OPEN_NOW, 20)),
        ({"round_the_clock": True}, (Why.ROUND_THE_CLOCK, 20)),
        ({"opens_at": NOW + timedelta(hours=3)}, (Why.OPENS_SOON, 10)),
        ({"opens_at": NOW + timedelta(hours=4)}, (Why.OPENS_LATER, 0)),
        ({"round_the_clock": True, "opens_at": NOW + timedelta(hours=4)}, (Why.OPENS_LATER, 0)),
        ({"opens_at": None}, (Why.NOT_OPENING, 0)),
    ],
)
def test_its_hours_count(facts, found):
    assert reason(Criterion.HOURS, **facts) == found


def test_free_capacity_counts_and_who_has_none_comes_last():
    full = replace(PLAIN, code="V-0", load=4)
    poor = replace(PLAIN, vendor_id=2, regions=["kanto"], languages=[], load=3)

    assert reason(Criterion.LOAD, load=1) == (Why.FREE, 11)
    assert reason(Criterion.LOAD, load=4) == (Why.FULL, 0)
    assert reason(Criterion.LOAD, capacity=0) == (Why.FULL, 0)
    assert [one.vendor_id for one in ranked(full, poor)] == [2, 1]


def test_few_answers_count_little():
    assert reason(Criterion.ACCEPTANCE) == (Why.NEVER_ANSWERED, 8)
    assert reason(Criterion.ACCEPTANCE, accepted=0, answered=1) == (Why.ACCEPTED_BEFORE, 6)
    assert reason(Criterion.ACCEPTANCE, accepted=0, answered=20)[1] == 1
    assert reason(Criterion.ACCEPTANCE, accepted=20, answered=20)[1] == 14


def test_a_quick_answer_counts_and_a_slow_one_costs_nothing_more():
    assert [reason(Criterion.REPLY, reply_minutes=one)[1] for one in (60, 480, 9600)] == [9, 0, 0]


def test_equal_ones_are_ordered_by_reply_and_then_by_code():
    # Two minutes make no whole point, so that both have the same.
    slower = replace(PLAIN, vendor_id=2, code="V-0", reply_minutes=62)
    same = replace(PLAIN, vendor_id=3, code="V-2")
    order = ranked(slower, same, PLAIN)

    assert len({one.total for one in order}) == 1
    assert [one.vendor_id for one in order] == [1, 3, 2]


def test_who_has_a_conflict_is_left_out_and_shown_with_why():
    against = replace(PLAIN, vendor_id=2, excluded=Excluded.WORKS_FOR_OTHER_SIDE)
    silent = replace(PLAIN, vendor_id=3, excluded=Excluded.SILENT)
    order = {one.vendor_id: one for one in ranked(against, silent, PLAIN)}

    assert [order[one].position for one in (1, 2, 3)] == [1, 0, 0]
    assert [order[one].can_be_asked for one in (1, 2, 3)] == [True, False, True]
    assert order[2].excluded is Excluded.WORKS_FOR_OTHER_SIDE


def test_what_is_kept_with_an_offer_are_codes_and_numbers():
    first = ranked(PLAIN)[0]
    record = first.record()

    assert record["position"] == 1
    assert record["total"] == first.total == sum(one[1] for one in record["points"].values())
    assert record["points"]["region"] == ["goes_there", 30, 30]
    assert first.most == 120


several = st.lists(
    st.builds(
        Candidate,
        vendor_id=st.integers(1, 99),
        code=st.integers(1, 99).map("V-{}".format),
        regions=st.lists(st.sampled_from(["chubu", "kanto"]), unique=True),
        languages=st.lists(st.sampled_from(["ja", "en"]), unique=True),
        country=st.sampled_from(["JP", "DE"]),
        round_the_clock=st.booleans(),
        opens_at=st.none() | st.integers(0, 9).map(lambda hours: NOW + timedelta(hours=hours)),
        load=st.integers(0, 9),
        capacity=st.integers(0, 5),
        accepted=st.just(1),
        answered=st.integers(1, 50),
        reply_minutes=st.integers(1, 2000),
        excluded=st.none() | st.sampled_from(Excluded),
    ),
    unique_by=(lambda one: one.code, lambda one: one.vendor_id),
    max_size=8,
)


@given(several, st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_where_anybody_stood(candidates, shuffle):
    mixed = [*candidates]
    shuffle.shuffle(mixed)
    order = ranked(*candidates)

    assert order == ranked(*mixed)
    assert [one.position for one in order if one.position] == list(
        range(1, 1 + sum(one.excluded is None for one in candidates))
    )
    assert all(0 <= point.earned <= point.of for one in order for point in one.points)
