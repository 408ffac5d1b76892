"""The story of a call that cannot wait: one person after the other is rung until one takes it."""

import json

from tests.journeys.conftest import told

NIGHT = "2026-12-30T22:15+09:00"
SOON = "2026-12-30T22:16+09:00"
A_MINUTE_LATER = "2026-12-30T22:17+09:00"
NEXT_DAY = "2026-12-31T12:00+09:00"


def test_a_ransom_call_that_nobody_answers_rings_the_coordinator(flask, coordinator, desk):
    missed(flask)
    told = flask("tick", "--at", SOON)

    assert "call to +819000000003" in told
    assert "text to +819000000003" in told
    assert coordinator in told


def test_nobody_picks_up_and_the_next_person_is_rung(flask, coordinator, supervisor, desk):
    missed(flask)
    first, second = flask("tick", "--at", SOON), flask("tick", "--at", A_MINUTE_LATER)

    assert "call to +819000000002" not in first
    assert "call to +819000000002" in second


def test_whoever_takes_it_ends_the_ringing_and_owns_the_promise(
    flask, coordinator, supervisor, desk
):
    missed(flask)
    flask("tick", "--at", SOON)
    (page,) = json.loads(flask("page", "list", "--json"))
    flask("page", "take", str(page["id"]), "--email", coordinator)
    (ticket,) = desk("GET", "/api/v1/tickets").json["items"]

    assert ticket["followups"][0]["status"] == "taken"
    assert not told(flask("tick", "--at", NEXT_DAY))
    assert flask("integrity", "check")


def test_a_call_that_somebody_answers_rings_nobody_else(flask, coordinator, supervisor, desk):
    flask("call", "simulate", "--menu", "1", "--at", NIGHT)

    assert "0 told" in flask("tick", "--at", SOON)


def missed(flask):
    """A ransom call in the night that reaches nobody."""
    flask("call", "simulate", "--menu", "1", "--missed", "--at", NIGHT)
