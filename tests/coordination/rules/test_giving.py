"""What the desk says about a task is cleaned, and refused field by field."""

from datetime import UTC, datetime, timedelta

import pytest

from hotline import policy
from hotline.coordination.rules import FunctionsPolicy, TaskGiven
from hotline.coordination.rules.giving import checked_given
from hotline.errors import Invalid
from hotline.settings import ROOT

FUNCTIONS = policy.read(ROOT / "config" / FunctionsPolicy.FILE, FunctionsPolicy)
AT = datetime(2026, 11, 4, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def test_texts_are_cleaned_and_works_stand_in_their_order():
    given = TaskGiven(scope=" PC 2台 ", works=("cause", "verdict"), language="ja", starts_at=AT)
    checked = check(given)

    assert (checked.scope, checked.works, checked.language) == (
        "PC 2台",
        ("verdict", "cause"),
        "",
    )


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"scope": "x" * 501, "place": "a\x00b"}, ["scope", "place"]),
        ({"scale": "x" * 201}, ["scale"]),
        ({"works": ("flying",), "region": "moon"}, ["works", "region"]),
        ({"language": "xx"}, ["language"]),
        ({"starts_at": AT, "due_at": AT - DAY}, ["due_at"]),
        ({"starts_at": AT, "first_result_by": AT - DAY, "due_at": AT}, ["first_result_by"]),
    ],
)
def test_every_field_that_cannot_be_used_is_named(given, fields):
    with pytest.raises(Invalid) as refused:
        check(TaskGiven(**given))

    assert sorted(refused.value.fields) == sorted(fields)


def check(given: TaskGiven) -> TaskGiven:
    return checked_given(given, FUNCTIONS.by_code["forensics"], FUNCTIONS)
