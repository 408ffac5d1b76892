"""The story of a promise that nobody takes up: more and more people hear of it, until one does."""

from tests.journeys.conftest import told

NIGHT = "2026-12-30T22:15+09:00"
DUE = "2027-01-04T09:00+09:00"
LATE = "2027-01-04T10:01+09:00"
LATER = "2027-01-04T10:31+09:00"
IN_THE_AFTERNOON = "2027-01-04T15:00+09:00"


def test_first_the_coordinator_then_the_team_then_the_lead(flask, coordinator, supervisor, desk):
    called(flask)
    due, late, later = (told(flask("tick", "--at", at)) for at in (DUE, LATE, LATER))

    assert coordinator in due
    assert supervisor not in due
    assert "promise_late" in late
    assert supervisor not in late
    assert supervisor in later
    assert not told(flask("tick", "--at", IN_THE_AFTERNOON))


def test_it_ends_with_the_one_who_takes_it_up(flask, coordinator, supervisor, desk, at):
    ticket = called(flask, desk)
    flask("tick", "--at", DUE)
    with at("2027-01-04T09:10+09:00"):
        desk("POST", f"/api/v1/followups/{ticket['followups'][0]['id']}/done")

    assert not told(flask("tick", "--at", IN_THE_AFTERNOON))
    assert flask("integrity", "check")


def test_the_story_tells_who_was_told(flask, coordinator, supervisor, desk):
    ticket = called(flask, desk)
    for at in (DUE, LATE, LATER):
        flask("tick", "--at", at)
    story = desk("GET", f"/api/v1/tickets/{ticket['number']}/timeline").json["items"]

    assert [line["event"] for line in story][:3] == ["escalated", "escalated", "announced"]


def called(flask, desk=None):
    """A call about a defaced page in the night; the ticket, when there is a desk to ask."""
    flask("call", "simulate", "--menu", "3", "--at", NIGHT)
    return desk("GET", "/api/v1/tickets").json["items"][0] if desk else None
