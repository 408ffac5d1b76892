"""Limits are counted from what the caller said, with who knew."""

from datetime import timedelta
from pathlib import Path

from hotline import policy
from hotline.deadlines.rules import Start
from hotline.tickets.rules import HearingPolicy, Intake, deadline_facts
from tests.builders import NOON

HEARING = policy.read(Path("config/hearing.toml"), HearingPolicy)


def test_limits_are_counted_from_the_moments_that_are_known():
    noticed, certain = NOON - timedelta(hours=1), NOON - timedelta(minutes=5)
    said = Intake(
        discovered_at=noticed,
        discovered_by="警備員",
        answers={"eu_aware": [certain.isoformat()]},
    )

    assert deadline_facts(said, HEARING, NOON, {}).starts == {
        Start.KNOWN: (noticed, "警備員"),
        Start.EU_AWARE: (certain, ""),
    }


def test_without_a_moment_no_limit_starts():
    assert deadline_facts(Intake(), HEARING, NOON, {}).starts == {}
