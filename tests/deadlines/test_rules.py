"""From when until when legal clocks run, and why."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from hotline import policy
from hotline.calendars import service as calendars
from hotline.calendars.rules import CalendarPolicy
from hotline.deadlines import rules
from hotline.deadlines.rules import DeadlinesPolicy, Facts, Kind, Reason, Start
from hotline.errors import Invalid
from hotline.settings import ROOT
from tests.builders import NOON

TOKYO = ZoneInfo("Asia/Tokyo")
KNEW = datetime(2026, 11, 2, 9, 30, tzinfo=TOKYO)
POLICY = policy.read(ROOT / "config" / DeadlinesPolicy.FILE, DeadlinesPolicy)
APPI = {Kind.APPI_PRELIMINARY, Kind.APPI_FINAL}
MY_NUMBER = {Kind.MY_NUMBER_PRELIMINARY, Kind.MY_NUMBER_FINAL}


@pytest.fixture(scope="module")
def government():
    policy.load(ROOT / "config", [CalendarPolicy])
    calendars.load(ROOT / "config")
    return calendars.from_config("government")


@pytest.mark.parametrize(
    ("knew", "improper", "due"),
    [
        (date(2025, 4, 1), False, date(2025, 4, 30)),
        (date(2026, 4, 6), False, date(2026, 5, 7)),
        (date(2026, 8, 24), False, date(2026, 9, 24)),
        (date(2026, 7, 24), True, date(2026, 9, 24)),
        (date(2026, 12, 1), False, date(2027, 1, 4)),
        (date(2025, 12, 5), False, date(2026, 1, 5)),
    ],
)
@pytest.mark.parametrize("at", [(0, 0, 0), (23, 59, 59)])
@pytest.mark.parametrize("kind", [Kind.APPI_FINAL, Kind.MY_NUMBER_FINAL])
def test_the_final_report_is_due_on_the_last_day_or_the_next_open_one(
    government, kind, knew, improper, due, at
):
    started_at = datetime(*knew.timetuple()[:3], *at, tzinfo=TOKYO)
    rule = rules.rule_of(kind, started_at, POLICY)
    limit = rules.limit(rule, started_at, improper=improper, government=government)

    assert rules.last_day(limit.due_at) == due
    assert limit.due_at == datetime(*due.timetuple()[:3], tzinfo=TOKYO) + timedelta(days=1)
    assert limit.days == (60 if improper else 30)


@pytest.mark.parametrize("kind", [Kind.APPI_PRELIMINARY, Kind.MY_NUMBER_PRELIMINARY])
def test_the_first_report_has_two_marks_that_roll_over_nothing(government, kind):
    friday = datetime(2026, 12, 25, 23, 59, tzinfo=TOKYO)
    rule = rules.rule_of(kind, friday, POLICY)
    limit = rules.limit(rule, friday, improper=True, government=government)

    assert rules.last_day(limit.soft_at) == date(2026, 12, 27)
    assert rules.last_day(limit.due_at) == date(2026, 12, 29)
    assert rule.is_yardstick


@pytest.mark.parametrize(
    "aware",
    [
        datetime(2026, 3, 28, 12, tzinfo=ZoneInfo("Europe/Berlin")),
        datetime(2026, 10, 24, 12, tzinfo=ZoneInfo("Europe/Berlin")),
        datetime(2026, 12, 30, 22, 15, tzinfo=TOKYO),
    ],
)
def test_seventy_two_hours_pass_whatever_summer_time_and_holidays_do(government, aware):
    rule = rules.rule_of(Kind.GDPR_72H, aware, POLICY)
    limit = rules.limit(rule, aware, improper=False, government=government)

    assert limit.due_at.astimezone(UTC) - aware.astimezone(UTC) == timedelta(hours=72)


def facts(*case_types: str, **answers: str | list[str]) -> Facts:
    given = {key: [one] if isinstance(one, str) else one for key, one in answers.items()}
    return Facts(case_types or ("leak",), given, {Start.KNOWN: (KNEW, "情報システム部")}, NOON)


@pytest.mark.parametrize(
    ("known", "running"),
    [
        (facts("ransom"), set()),
        (facts(personal_data="none", found_by="police", cause="intrusion"), set()),
        (facts(personal_data="some", cause="mis_send"), set()),
        (facts(personal_data="some", max_count="1000"), set()),
        (facts(personal_data="some", max_count="1001"), APPI),
        (facts(personal_data="over_1000"), APPI),
        (facts(personal_data="unknown", max_count="80", cause="loss"), set()),
        (facts(personal_data="unknown", cause="loss"), APPI),
        (facts(personal_data=["some", "sensitive"]), APPI),
        (facts(personal_data="some", sensitive="crime"), APPI),
        (facts(personal_data=["some", "card_bank"]), APPI),
        (facts(personal_data="some", cause="insider"), APPI),
        (facts("ransom", personal_data="some"), APPI),
        (facts("ransom", theft_claim="yes"), APPI),
        (facts(found_by="security_firm"), APPI),
        (facts(personal_data="my_number", max_count="100", cause="loss"), MY_NUMBER - MY_NUMBER),
        (facts(personal_data="my_number", max_count="101", cause="loss"), MY_NUMBER),
        (facts(personal_data=["some", "my_number"], max_count="9", still_exposed="yes"), MY_NUMBER),
        (facts(personal_data="my_number", max_count="9", cause="theft"), APPI | MY_NUMBER),
        (facts(personal_data=["some", "eu"], cause="loss"), {Kind.GDPR_72H}),
    ],
)
def test_which_clocks_run_depends_on_whose_data_how_many_and_why(known, running):
    assert set(rules.claims(known, POLICY, now=NOON)) == running


@pytest.mark.parametrize(
    ("known", "because"),
    [
        (facts("ransom", personal_data="some"), {Reason.IMPROPER}),
        (facts(personal_data="unknown"), {Reason.COUNT_UNKNOWN}),
        (facts(found_by="police"), {Reason.COUNT_UNKNOWN, Reason.SUSPECTED}),
        (
            facts(personal_data="over_1000", encrypted="yes_key_apart", role="processor"),
            {Reason.MANY, Reason.ENCRYPTED, Reason.PROCESSOR},
        ),
    ],
)
def test_each_clock_says_why_it_runs(known, because):
    claim = rules.claims(known, POLICY, now=NOON)[Kind.APPI_FINAL]

    assert set(claim.because) == because
    assert (claim.started_at, claim.known_by) == (KNEW, "情報システム部")


def test_what_nobody_said_is_counted_from_the_latest_moment_that_is_certain():
    told = NOON - timedelta(minutes=7)
    unsaid = replace(
        facts(personal_data=["over_1000", "eu"]), starts={}, heard={"personal_data": told}
    )
    found = rules.claims(unsaid, POLICY, now=NOON)

    assert (found[Kind.APPI_FINAL].started_at, found[Kind.GDPR_72H].started_at) == (NOON, told)
    assert Reason.KNOWN_BY_CALL in found[Kind.APPI_FINAL].because
    assert Reason.AWARE_WHEN_TOLD in found[Kind.GDPR_72H].because


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (Kind.GDPR_72H, ["11-04 09:30", "11-05 03:30"]),
        (Kind.APPI_PRELIMINARY, ["11-04 09:00", "11-06 09:00"]),
        (Kind.APPI_FINAL, ["11-24 09:00", "11-30 09:00"]),
    ],
)
def test_people_are_reminded_at_the_moments_of_the_rule(government, kind, expected):
    rule = rules.rule_of(kind, KNEW, POLICY)
    due_at = rules.limit(rule, KNEW, improper=False, government=government).due_at
    found = rules.warnings(rule, KNEW, due_at, now=KNEW)

    assert [f"{at.astimezone(TOKYO):%m-%d %H:%M}" for at in found] == expected


def test_what_has_passed_is_told_once_and_never_after_the_end():
    rule = rules.rule_of(Kind.GDPR_72H, KNEW, POLICY)
    due_at = KNEW + timedelta(hours=72)

    assert rules.warnings(rule, KNEW, due_at, now=due_at - timedelta(hours=1)) == [
        due_at - timedelta(hours=1)
    ]
    assert rules.warnings(rule, KNEW, due_at, now=due_at) == []


def test_a_clock_is_near_from_its_first_reminder_on():
    rule = rules.rule_of(Kind.GDPR_72H, KNEW, POLICY)
    due_at = KNEW + timedelta(hours=72)
    first = rules.warnings(rule, KNEW, due_at, now=KNEW)[0]

    assert not rules.is_near(rule, KNEW, due_at, now=first - timedelta(seconds=1))
    assert rules.is_near(rule, KNEW, due_at, now=first)


@pytest.mark.parametrize(("knew", "rolled"), [((2026, 4, 6), True), ((2025, 4, 1), False)])
def test_it_is_said_when_the_last_day_was_closed(government, knew, rolled):
    started_at = datetime(*knew, 9, tzinfo=TOKYO)
    rule = rules.rule_of(Kind.APPI_FINAL, started_at, POLICY)
    limit = rules.limit(rule, started_at, improper=False, government=government)

    assert rules.is_rolled(rule, started_at, limit.due_at, limit.days) is rolled
    assert rules.start_of(rules.day(started_at)) == datetime(*knew, tzinfo=TOKYO)


def test_codes_that_are_known_no_more_have_no_words():
    assert POLICY.reason("many").en == "Possibly more people than the limit"
    assert (POLICY.reason("gone"), POLICY.label("gone")) == (None, None)


@pytest.mark.parametrize(("days", "later"), [(0, False), (1, True)])
def test_a_number_that_passes_the_limit_on_a_later_day_starts_the_duty_then(days, later):
    few = replace(facts(personal_data="some"), heard={"personal_data": NOON})
    then = NOON + timedelta(days=days)
    claim = rules.claims(facts(personal_data="over_1000"), POLICY, now=then)[Kind.APPI_FINAL]

    assert rules.knew_later(claim, few, POLICY, now=then) is later
    assert not rules.knew_later(claim, facts(), POLICY, now=then)
    assert not rules.knew_later(
        replace(claim, because=(Reason.MANY, Reason.SENSITIVE)), few, POLICY, now=then
    )


def test_the_law_of_the_day_of_knowing_holds():
    old = POLICY.edition[0]
    shorter = tuple(
        one.model_copy(update={"days": 20}) if one.days else one
        for one in old.clock
        if one.kind is not Kind.MY_NUMBER_FINAL
    )
    new = old.model_copy(update={"valid_from": date(2027, 4, 1), "clock": shorter})
    both = POLICY.model_copy(update={"edition": (old, new)})
    before, after = (datetime(2027, *day, 12, tzinfo=TOKYO) for day in ((3, 31), (4, 1)))

    assert rules.rule_of(Kind.APPI_FINAL, before, both).days == 30
    assert rules.rule_of(Kind.APPI_FINAL, after, both).days == 20
    assert rules.rule_of(Kind.MY_NUMBER_FINAL, after, both).days == 30
    assert rules.counted_from(Kind.MY_NUMBER_FINAL, both) is Start.KNOWN
    assert both.on(date(1999, 1, 1)) is old


def test_a_kind_of_no_edition_is_no_clock():
    with pytest.raises(LookupError):
        rules.rule_of("police", KNEW, POLICY)


RULE = {"kind": "gdpr_72h", "law": "gdpr", "counts_from": "known", "near": [{"on_day": 1}]}
EDITION = POLICY.edition[0].model_dump()


@pytest.mark.parametrize(
    ("schema", "values", "said"),
    [
        (rules.Rule, {**RULE, "hours": 1, "days": 2}, "one of hours, hard_day and days"),
        (rules.Rule, {**RULE, "hard_day": 3, "soft_day": 3}, "soft_day comes before hard_day"),
        (rules.Rule, {**RULE, "hours": 1, "days_improper": 60}, "days_improper stands beside"),
        (rules.Near, {"on_day": 1, "hours_before": 2}, "one of hours_before"),
        (rules.Edition, {**EDITION, "clock": EDITION["clock"] * 2}, "once"),
        (rules.Edition, {**EDITION, "causes": {}}, "there are no causes for"),
        (DeadlinesPolicy, {**POLICY.model_dump(), "reasons": {}}, "there are no words for"),
        (DeadlinesPolicy, {**POLICY.model_dump(), "edition": [EDITION] * 2}, "in the order"),
    ],
)
def test_a_rule_table_that_cannot_be_meant_is_refused(schema, values, said):
    with pytest.raises(ValidationError, match=said):
        schema.model_validate(values)


def test_answers_that_nobody_can_give_are_named():
    sheet = {"personal_data": ["some"]}
    found = rules.unknown_answers(POLICY, sheet)

    assert "deadlines.toml: signs.eu: there is no answer eu to personal_data" in found
    assert "deadlines.toml: signs.counted_by: there is no question max_count" in found
    assert not [one for one in found if "answer some to" in one]


@pytest.mark.parametrize(
    ("at", "who", "why", "fields"),
    [
        (NOON + timedelta(minutes=6), "", "電話で確認", {"day"}),
        (datetime(1999, 1, 1, tzinfo=UTC), "", " ", {"day", "reason"}),
        (NOON, "長" * 201, "\0", {"known_by", "reason"}),
    ],
)
def test_a_start_that_cannot_be_is_refused(at, who, why, fields):
    with pytest.raises(Invalid) as refused:
        rules.check_start(at, who, why, now=NOON)

    assert set(refused.value.fields) == fields
