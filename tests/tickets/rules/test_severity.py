"""How grave an incident looks, and that nothing that is heard makes it look better."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline import policy
from hotline.tickets import rules
from hotline.tickets.rules import CaseTypesPolicy, HearingPolicy, Proposal, Reason, Severity

KINDS = policy.read(Path("config/case_types.toml"), CaseTypesPolicy)
HEARING = policy.read(Path("config/hearing.toml"), HearingPolicy)

SOME_TYPES = st.lists(st.sampled_from(list(KINDS.by_code)), unique=True)
SOME_KIND = st.sampled_from(["", *KINDS.kinds])
TICKED = [
    (one.key, option.code) for one in HEARING.question if one.has_options for option in one.options
]
SOME_TICKS = st.sets(st.sampled_from(TICKED), max_size=8)
COUNTS = st.fixed_dictionaries(
    {}, optional={"max_count": st.sampled_from([["1000"], ["1001"]]), "spread": st.just(["10"])}
)


def answers_of(ticks: set[tuple[str, str]]) -> dict[str, list[str]]:
    answers: dict[str, list[str]] = {}
    for key, code in sorted(ticks):
        answers.setdefault(key, []).append(code)
    return answers


def proposed(*case_types: str, kind: str = "", **answers: list[str]) -> Proposal:
    return rules.propose(case_types, answers, kind, kinds=KINDS, hearing=HEARING)


@given(SOME_TYPES, SOME_KIND, SOME_TICKS, SOME_TICKS, COUNTS)
def test_hearing_more_never_lowers_it(case_types, kind, ticks, more, counts):
    first = proposed(*case_types, kind=kind, **answers_of(ticks))
    then = proposed(*case_types, kind=kind, **answers_of(ticks | more), **counts)

    assert then.severity <= first.severity


@given(SOME_TYPES, SOME_KIND, SOME_TICKS)
def test_the_order_of_types_does_not_matter(case_types, kind, ticks):
    one = proposed(*case_types, kind=kind, **answers_of(ticks))
    other = proposed(*reversed(case_types), kind=kind, **answers_of(ticks))

    assert one.severity == other.severity
    assert set(one.reasons) == set(other.reasons)
    assert set(one.notes) == set(other.notes)


@given(SOME_TYPES, SOME_KIND, SOME_TICKS)
def test_every_signal_that_counts_is_named_the_gravest_first(case_types, kind, ticks):
    proposal = proposed(*case_types, kind=kind, **answers_of(ticks))
    levels = [reason.severity for reason in proposal.reasons]
    sheet = HEARING.sheet(case_types, kind)
    heard = {
        (one.key, signal.en)
        for one in sheet
        for signal in one.signals
        if (one.key, signal.value) in ticks and signal.raises_to in ("p1", "+1")
    }

    assert levels == sorted(levels)
    assert heard <= {(reason.question, reason.en) for reason in proposal.reasons}


@given(SOME_TYPES, SOME_TICKS)
def test_the_gravest_reason_is_the_severity_unless_steps_raised_it(case_types, ticks):
    proposal = proposed(*case_types, **answers_of(ticks))

    if proposal.reasons:
        assert proposal.severity == proposal.reasons[0].severity
    else:
        assert proposal.severity == KINDS.undecided


def test_without_anything_it_is_undecided():
    assert proposed() == Proposal(Severity.P3, ())


def test_the_case_type_alone_is_a_reason():
    assert proposed("leak", "ransom") == Proposal(
        Severity.P2, (Reason("", Severity.P2, "データ暗号化・脅迫", "Encryption, ransom"),)
    )


def test_a_signal_raises_and_says_why():
    proposal = proposed("ransom", isolated=["none"])

    assert proposal.severity is Severity.P1
    assert proposal.reasons[0] == Reason(
        "isolated", Severity.P1, "まだ隔離していない", "Not isolated yet"
    )


@pytest.mark.parametrize(("count", "severity"), [("1000", "p3"), ("1001", "p2")])
def test_a_thousand_people_are_not_yet_more_than_a_thousand(count, severity):
    assert proposed("leak", max_count=[count]).severity == severity


def test_a_step_raises_by_one_and_names_where_it_led():
    proposal = proposed("leak", channels_unsafe=["yes"])

    assert proposal.severity is Severity.P2
    assert [(one.question, one.severity) for one in proposal.reasons] == [
        ("channels_unsafe", "p2"),
        ("", "p3"),
    ]


def test_nothing_is_graver_than_p1():
    assert proposed("ransom", isolated=["none"], channels_unsafe=["yes"]).severity is Severity.P1


def test_a_signal_that_says_less_than_the_type_is_no_reason():
    kinds = KINDS.model_copy(update={"undecided": Severity.P1})

    proposal = rules.propose((), {"personal_data": ["eu"]}, kinds=kinds, hearing=HEARING)

    assert proposal == Proposal(Severity.P1, ())


def test_a_remark_raises_nothing():
    proposal = proposed("leak", encrypted=["yes_key_apart"])

    assert proposal.severity is Severity.P3
    assert [note.question for note in proposal.notes] == ["encrypted"]


def test_answers_of_a_type_that_was_taken_away_do_not_count():
    assert proposed("spoofed_mail", isolated=["none"]).severity is Severity.P3


@pytest.mark.parametrize(
    ("kind", "severity"), [("", "p3"), ("wrong_number", "p4"), ("ddos", "p2"), ("gone", "p3")]
)
def test_a_kind_of_other_has_its_own_severity(kind, severity):
    assert proposed("other", kind=kind).severity == severity


def test_a_kind_says_nothing_about_another_type():
    assert proposed("leak", kind="wrong_number").severity is Severity.P3
