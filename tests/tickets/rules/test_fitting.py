"""Files that are right by themselves may still not fit each other."""

from pathlib import Path

from hotline import policy
from hotline.deadlines.rules import DeadlinesPolicy
from hotline.tickets.rules import (
    AdvicePolicy,
    CaseTypesPolicy,
    HearingPolicy,
    mismatches,
    unanswerable,
)

KINDS = policy.read(Path("config/case_types.toml"), CaseTypesPolicy)
HEARING = policy.read(Path("config/hearing.toml"), HearingPolicy)
DEADLINES = policy.read(Path("config/deadlines.toml"), DeadlinesPolicy)
ADVICE = policy.read(Path("config/advice.toml"), AdvicePolicy)


def test_the_shipped_files_fit():
    assert mismatches(KINDS, HEARING, ADVICE) == []


def test_a_type_and_a_kind_that_do_not_exist_are_named():
    few = [one for one in KINDS.case_type if one.code != "leak"]
    kinds = [one for one in KINDS.other_kind if one.code != "ddos"]
    found = mismatches(
        KINDS.model_copy(update={"case_type": few, "other_kind": kinds}), HEARING, ADVICE
    )

    assert "hearing.toml: found_by: there is no case type leak in case_types.toml" in found
    assert "hearing.toml: demand: there is no kind ddos in case_types.toml" in found
    assert "advice.toml: call_provider: there is no kind ddos in case_types.toml" in found


def test_a_type_without_advice_is_named():
    silent = [one for one in ADVICE.do if "leak" not in one.case_types and "ddos" not in one.kinds]

    assert mismatches(KINDS, HEARING, ADVICE.model_copy(update={"do": silent})) == [
        "advice.toml: leak has no line that says what to do",
        "advice.toml: ddos has no line that says what to do",
    ]


def test_other_needs_advice_too_where_it_has_no_kinds():
    plain = KINDS.model_copy(update={"other_kind": ()})
    found = mismatches(plain, HEARING, ADVICE)

    assert "advice.toml: other has no line that says what to do" in found


def test_what_starts_a_legal_clock_can_be_answered():
    asked = [one for one in HEARING.question if one.key != "cause"]
    moved = [
        one.model_copy(update={"clock": "noon"}) if one.key == "eu_aware" else one for one in asked
    ]
    found = unanswerable(DEADLINES, KINDS, HEARING.model_copy(update={"question": tuple(moved)}))

    assert unanswerable(DEADLINES, KINDS, HEARING) == []
    assert "hearing.toml: eu_aware: no limit is counted from noon" in found
    assert "deadlines.toml: signs.improper: there is no answer theft to cause" in found
