"""Which work is proposed for an incident, and why."""

import re
import tomllib
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from hotline import policy
from hotline.calendars import service as calendars
from hotline.coordination import rules
from hotline.coordination.rules import FunctionsPolicy, Going, RoutingPolicy, Situation
from hotline.tickets.rules import CaseTypesPolicy, HearingPolicy

FILE = Path("config/routing.toml")
ROUTING = policy.read(FILE, RoutingPolicy)
FUNCTIONS = policy.read(Path("config/functions.toml"), FunctionsPolicy)
HEARING = policy.read(Path("config/hearing.toml"), HearingPolicy)
KINDS = policy.read(Path("config/case_types.toml"), CaseTypesPolicy)
RAW = tomllib.loads(FILE.read_text(encoding="utf-8"))
NOW = datetime(2026, 9, 24, 1, 0, tzinfo=UTC)
CALLED = NOW - timedelta(hours=6)

RANSOM = Situation(("ransom",), "", {}, "p2", received_at=CALLED, now=NOW)


def proposed(situation, *going):
    files = (ROUTING, FUNCTIONS, HEARING)
    calendar = calendars.from_config("hotline")
    found = rules.proposals(situation, going, policies=files, calendar=calendar)
    return {one.function: one for one in found}


def test_the_shipped_files_fit():
    assert rules.unroutable(ROUTING, FUNCTIONS, KINDS, HEARING) == []


def test_a_time_is_proposed_to_the_full_minute_as_forms_show_it(app):
    found = proposed(replace(RANSOM, now=NOW + timedelta(seconds=12)))

    assert found["forensics"].first_result_by == NOW + timedelta(hours=72, minutes=1)


def test_ransom_asks_for_what_the_service_lists(app):
    found = proposed(RANSOM)

    assert list(found) == ["forensics", "data_recovery", "pr", "trust_recovery", "legal"]
    assert found["forensics"].works == (
        "verdict", "preservation", "cause", "scope", "containment",
    )  # fmt: skip
    assert found["forensics"].first_result_by == NOW + timedelta(hours=72)


def test_the_press_text_waits_for_the_forensic_scope_where_both_are_needed(app):
    (waits,) = proposed(RANSOM)["pr"].waits_for
    alone = proposed(replace(RANSOM, case_types=("leak",), answers={"cause": ["mis_send"]}))

    assert (waits.function, waits.output) == ("forensics", "scope")
    assert alone["pr"].waits_for == ()


def test_data_of_eu_residents_ask_for_gdpr_counted_from_when_they_knew(app):
    knew = NOW - timedelta(hours=2)
    answers = {"personal_data": ["some", "eu"]}
    unknown = proposed(replace(RANSOM, answers=answers))["gdpr"]
    known = proposed(replace(RANSOM, answers=answers, moments={"eu_aware": knew}))["gdpr"]

    assert unknown.because == ("eu_residents",)
    assert unknown.due_at == CALLED + timedelta(hours=72)
    assert known.due_at == knew + timedelta(hours=72)


def test_nothing_is_wanted_by_a_time_that_is_over(app):
    late = replace(RANSOM, answers={"personal_data": ["eu"]}, now=CALLED + timedelta(days=9))

    assert proposed(late)["gdpr"].due_at == late.now + timedelta(hours=2)


def test_reasons_for_one_function_come_together_with_the_earliest_times(app):
    found = proposed(replace(RANSOM, answers={"hit_devices": ["pc", "ad"]}))["forensics"]

    assert found.because == ("ransom", "ransom_servers")
    assert found.first_result_by == NOW + timedelta(hours=48)


def test_answers_of_another_case_type_do_not_count(app):
    answers = {"hit_devices": ["ad"], "max_count": ["50000"], "cause": ["mis_send"]}
    leak = proposed(replace(RANSOM, case_types=("leak",), answers=answers))

    assert "forensics" not in leak
    assert leak["call_center"].because == ("leak_many",)
    assert "call_center" not in proposed(replace(RANSOM, answers=answers))


def test_a_number_has_to_be_larger(app):
    leak = replace(RANSOM, case_types=("leak",), answers={"max_count": ["1000"]})

    assert "call_center" not in proposed(leak)


def test_severity_and_kind_count(app):
    scam = Situation(("other",), "support_scam", {"scam_payment": ["yes"]}, "p3", CALLED, NOW)

    assert "pr" not in proposed(replace(RANSOM, severity="p3"))
    assert list(proposed(scam)) == ["legal"]
    assert proposed(replace(scam, other_kind="question_only")) == {}


@pytest.mark.parametrize(
    ("going", "left"),
    [
        (Going("forensics", (), ()), False),
        (Going("forensics", ("scope", "cause", "verdict", "preservation", "containment"), ()), 0),
        (Going("forensics", (), ("ransom",), withdrawn=True), False),
        (Going("forensics", ("cause",), ()), True),
        (Going("forensics", (), (), withdrawn=True), True),
        (Going("legal", (), ()), True),
    ],
)
def test_nothing_is_proposed_that_somebody_has_dealt_with(app, going, left):
    assert ("forensics" in proposed(RANSOM, going)) == bool(left)


def test_what_a_new_answer_adds_is_proposed_beside_the_work_that_goes_on(app):
    going = Going("legal", ("police", "contracts", "insurer"), ("ransom_law",))
    answers = {"contact_attacker": ["paid"]}
    found = proposed(replace(RANSOM, answers=answers), going)["legal"]

    assert (found.works, found.because) == (("ransom_payment",), ("attacker_contacted",))


def test_reasons_are_read_by_their_codes():
    (known, gone) = ROUTING.reasons(["eu_residents", "long_gone"])

    assert known.en == "Data of EU residents: yes"
    assert gone.ja == "long_gone"


UNKNOWN = {
    "routing.toml: ransom: there is no case type flood in case_types.toml": {
        "when": {"case_types": ["flood"]}
    },
    "routing.toml: ransom: there is no kind flood in case_types.toml": {
        "when": {"case_types": ["other"], "kinds": ["flood"]}
    },
    "routing.toml: ransom: forensics has no work cooking in functions.toml": {"works": ["cooking"]},
    "routing.toml: ransom: there is no question weather in hearing.toml": {
        "when": {"answers": {"weather": ["rain"]}}
    },
    "routing.toml: ransom: the question personal_data has no option uk in hearing.toml": {
        "when": {"answers": {"personal_data": ["uk"]}}
    },
    "routing.toml: ransom: the question backup has no option uk in hearing.toml": {
        "unless": {"backup": ["uk"]}
    },
    "routing.toml: ransom: the question note is of the kind text, not number": {
        "when": {"above": {"note": 1}}
    },
    "routing.toml: ransom: the question note is of the kind text, not choice or multi": {
        "when": {"answers": {"note": ["x"]}}
    },
    "routing.toml: ransom: the question logs is of the kind number, not datetime": {
        "counted_from": "logs"
    },
}


@pytest.mark.parametrize("sentence", UNKNOWN)
def test_a_rule_that_names_what_there_is_none_of_is_told(sentence):
    raw = deepcopy(RAW)
    raw["rule"][0].update(UNKNOWN[sentence])
    routing = RoutingPolicy.model_validate(raw)

    assert rules.unroutable(routing, FUNCTIONS, KINDS, HEARING) == [sentence]


REFUSED = {
    "it holds for everything": {"when": {}},
    "kinds need case_types": {"when": {"kinds": ["ddos"], "severity": "p1"}},
    "either due_hours or due_days": {"due_hours": 3},
    "the rule leak is given twice": {"code": "leak"},
    "Input should be 'forensics'": {"function": "cooking"},
}


@pytest.mark.parametrize("sentence", REFUSED)
def test_a_rule_that_cannot_be_meant_is_refused(sentence):
    raw = deepcopy(RAW)
    raw["rule"][0].update(REFUSED[sentence])
    with pytest.raises(ValidationError, match=re.escape(sentence)):
        RoutingPolicy.model_validate(raw)
