"""What is said at once: every line of the papers, in order, nothing twice."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from hotline import policy
from hotline.tickets.rules import AdvicePolicy, CaseTypesPolicy

ADVICE = policy.read(Path("config/advice.toml"), AdvicePolicy)
KINDS = policy.read(Path("config/case_types.toml"), CaseTypesPolicy)
TYPES = tuple(KINDS.by_code)

COUNTS = {"ransom": (8, 5), "leak": (7, 5), "defacement": (7, 5), "spoofed_mail": (7, 5)}


@pytest.mark.parametrize(("case_type", "counts"), COUNTS.items())
def test_every_line_of_the_papers_is_said(case_type, counts):
    advice = ADVICE.lines([case_type])

    assert (len(advice.do), len(advice.dont)) == counts


@pytest.mark.parametrize("kind", KINDS.kinds)
def test_every_kind_of_other_is_told_something(kind):
    assert ADVICE.lines(["other"], kind).do


def test_other_without_a_kind_has_nothing_to_say_yet():
    assert ADVICE.lines(["other"]).do == ()


@given(st.lists(st.sampled_from(TYPES), unique=True), st.sampled_from(["", *KINDS.kinds]))
def test_no_line_is_said_twice(case_types, kind):
    advice = ADVICE.lines(case_types, kind)
    codes = [line.code for line in (*advice.do, *advice.dont)]

    assert len(codes) == len(set(codes))


def test_the_primary_type_is_advised_first():
    codes = [line.code for line in ADVICE.lines(["leak", "ransom"]).do]

    assert codes.index("note_the_reporter") < codes.index("unplug_suspects")


def test_what_another_line_already_says_is_left_out():
    alone = {line.code for line in ADVICE.lines(["spoofed_mail"]).do}
    both = {line.code for line in ADVICE.lines(["spoofed_mail", "ransom"]).do}

    assert alone - both == {"unplug_opened_pc"}


def test_every_line_is_found_by_its_code():
    assert ADVICE.by_code["no_reboot_or_wipe"] in ADVICE.dont


A = {"code": "a", "case_types": ["leak"], "ja": "あ", "en": "A"}
BROKEN = {
    "a code twice": ({"do": [A], "dont": [A]}, "the line a is given twice"),
    "nobody to say it to": ({"do": [{**A, "case_types": []}]}, "at least 1 item"),
    "a missing language": ({"do": [{**A, "ja": ""}]}, "at least 1 character"),
    "kinds of another type": ({"do": [{**A, "kinds": ["ddos"]}]}, "a: kinds are for the case type"),
    "a cover that is not there": ({"do": [{**A, "covered_by": ["b"]}]}, "a: b cannot cover it"),
    "covers in a circle": ({"do": [{**A, "covered_by": ["a"]}]}, "a: a cannot cover it"),
    "a cover of the other list": (
        {"do": [A], "dont": [{**A, "code": "b", "covered_by": ["a"]}]},
        "b: a cannot cover it",
    ),
}


@pytest.mark.parametrize(("file", "sentence"), BROKEN.values(), ids=BROKEN)
def test_a_file_is_refused_for(file, sentence):
    with pytest.raises(ValidationError, match=sentence):
        AdvicePolicy.model_validate(file)
