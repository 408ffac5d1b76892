"""What can be refused says why, in English here and in Japanese at the edge."""

import pytest

from hotline.errors import Forbidden, Invalid, Missing, Problem, Refused, Slowed


def test_a_problem_says_its_facts():
    problem = Refused("Ticket %(number)s is closed.", number="4821 7093 3")

    assert str(problem) == "Ticket 4821 7093 3 is closed."
    assert problem.facts == {"number": "4821 7093 3"}


def test_a_missing_thing_says_the_same_as_a_foreign_one():
    assert str(Missing()) == "There is nothing here."


def test_invalid_names_each_field():
    invalid = Invalid({"name": Problem("is empty"), "phone": Problem("is short")})

    assert str(invalid) == "name: is empty; phone: is short"
    assert list(invalid.fields) == ["name", "phone"]


def test_slowed_says_how_long():
    slowed = Slowed(90)

    assert slowed.retry_after == 90
    assert "90 seconds" in str(slowed)


@pytest.mark.parametrize("kind", [Refused, Forbidden, Missing])
def test_a_percent_sign_in_a_fact_is_only_text(kind):
    assert str(kind("What is %(what)s?", what="100 %s")) == "What is 100 %s?"
