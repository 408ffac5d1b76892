"""The workflow is a table: every pair of statuses is allowed, refused, or needs a reason."""

from itertools import product

import pytest

from hotline.errors import Refused
from hotline.tickets import rules
from hotline.tickets.rules import ENDED, NEEDS_REASON, NEXT, REOPENED, Status

EVERY_PAIR = list(product(Status, Status))

ALLOWED = {
    "received": "hearing advised coordinating on_hold out_of_scope closed",
    "callback_pending": "hearing advised coordinating on_hold out_of_scope closed",
    "hearing": "advised coordinating responding on_hold out_of_scope closed",
    "advised": "hearing coordinating responding settling on_hold out_of_scope closed",
    "coordinating": "hearing advised responding settling on_hold out_of_scope closed",
    "responding": "hearing coordinating settling on_hold out_of_scope closed",
    "settling": "coordinating responding on_hold out_of_scope closed",
    "on_hold": "hearing advised coordinating responding settling out_of_scope closed",
    "closed": "callback_pending",
    "out_of_scope": "callback_pending",
    "duplicate": "callback_pending",
}
"""Written down a second time, so that no step appears or goes by accident."""

EXPLAINED = {
    "received": "on_hold closed",
    "callback_pending": "on_hold closed",
    "hearing": "on_hold",
    "advised": "on_hold hearing",
    "coordinating": "on_hold hearing advised",
    "responding": "on_hold hearing coordinating",
    "settling": "on_hold coordinating responding",
    "on_hold": "",
    "closed": "callback_pending",
    "out_of_scope": "callback_pending",
    "duplicate": "callback_pending",
}


@pytest.mark.parametrize(("was", "wanted"), EVERY_PAIR)
def test_a_step_is_made_exactly_where_the_workflow_has_it(was, wanted):
    allowed = wanted in ALLOWED[was].split()
    try:
        rules.check_step(was, wanted)
        made = True
    except Refused:
        made = False

    assert made is allowed


@pytest.mark.parametrize(("was", "wanted"), EVERY_PAIR)
def test_a_step_is_explained_where_it_waits_goes_back_or_ends_early(was, wanted):
    assert rules.needs_reason(was, wanted) is (wanted in EXPLAINED[was].split())


def test_the_tables_name_every_status():
    assert set(NEXT) == set(Status)
    assert all(wanted in NEXT[was] for was, wanted in NEEDS_REASON)


def test_from_every_status_the_end_and_the_beginning_can_be_reached():
    for status in Status:
        seen, edge = {status}, {status}
        while edge:
            edge = {after for one in edge for after in NEXT[one]} - seen
            seen |= edge

        assert {Status.CLOSED, REOPENED} <= seen


def test_what_has_ended_can_only_be_opened_again():
    assert {NEXT[status] for status in ENDED} == {frozenset({REOPENED})}


def test_a_second_step_to_the_same_place_says_that_somebody_was_quicker():
    with pytest.raises(Refused, match="Somebody was quicker"):
        rules.check_step("closed", Status.CLOSED)


def test_a_duplicate_needs_the_ticket_it_duplicates():
    with pytest.raises(Refused, match="join the two"):
        rules.check_step("hearing", Status.DUPLICATE)
