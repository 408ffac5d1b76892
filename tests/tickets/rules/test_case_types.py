"""Case types, the kinds of other, and what a ticket starts with."""

from pathlib import Path
from typing import get_args

import pytest
from pydantic import ValidationError

from hotline import policy
from hotline.tickets.rules import CaseTypesPolicy, Severity
from hotline.tickets.rules.case_types import Function

KINDS = policy.read(Path("config/case_types.toml"), CaseTypesPolicy)


def test_the_codes_are_those_of_the_interface():
    assert list(KINDS.by_code) == ["ransom", "leak", "defacement", "spoofed_mail", "other"]


def test_the_calls_that_fit_nowhere_have_kinds():
    expected = {
        "support_scam", "ddos", "lost_device", "system_fault", "question_only", "wrong_number",
        "test_call",
    }  # fmt: skip

    assert expected <= set(KINDS.kinds)


def test_every_function_is_usual_for_some_case_type():
    used = {function for one in KINDS.case_type for function in one.functions}

    assert used == set(get_args(Function))


def test_the_gravest_type_starts_it():
    assert KINDS.starting_severity(["leak", "ransom"]) is Severity.P2


def test_without_a_type_it_is_undecided():
    assert KINDS.starting_severity([]) is Severity.P3


def test_a_kind_without_a_severity_starts_like_other():
    plain = {"code": "ddos", "ja": "DDoS", "en": "DDoS"}
    kinds = CaseTypesPolicy.model_validate({"case_type": [OTHER], "other_kind": [plain]})

    assert kinds.starting_severity(["other"], "ddos") is Severity.P4


OTHER = {"code": "other", "ja": "その他", "en": "Other", "severity": "p4"}
LEAK = {**OTHER, "code": "leak"}
DDOS = {"code": "ddos", "ja": "DDoS", "en": "DDoS"}
BROKEN = {
    "a type twice": ({"case_type": [LEAK, LEAK]}, "the case type leak is given twice"),
    "a kind twice": (
        {"case_type": [OTHER], "other_kind": [DDOS, DDOS]},
        "the kind ddos is given twice",
    ),
    "kinds of nothing": (
        {"case_type": [LEAK], "other_kind": [DDOS]},
        "there are kinds, but no case type other",
    ),
    "a function there is none of": (
        {"case_type": [{**LEAK, "functions": ["coordination"]}]},
        "Input should be 'forensics'",
    ),
    "a function twice": (
        {"case_type": [{**LEAK, "functions": ["pr", "pr"]}]},
        "leak: the function pr is given twice",
    ),
    "no type at all": ({"case_type": []}, "at least 1 item"),
    "a severity there is none of": ({"case_type": [{**LEAK, "severity": "p5"}]}, "'p1', 'p2'"),
}


@pytest.mark.parametrize(("file", "sentence"), BROKEN.values(), ids=BROKEN)
def test_a_file_is_refused_for(file, sentence):
    with pytest.raises(ValidationError, match=sentence):
        CaseTypesPolicy.model_validate(file)
