"""The story of the product: a call becomes a promise, and the promise is kept."""

NIGHT = "2026-12-30T22:15+09:00"
MORNING = "2027-01-04T09:00+09:00"
ONE_SECOND_EARLY = "2027-01-04T08:59:59+09:00"


def test_a_call_in_the_night_is_announced_on_the_first_business_day(flask, coordinator, desk):
    heard = flask("call", "simulate", "--menu", "1", "--at", NIGHT)
    (ticket,) = desk("GET", "/api/v1/tickets").json["items"]

    assert "1月4日" in heard
    assert ticket["case_types"] == ["ransom"]
    assert ticket["promised_at"] == "2027-01-04T09:00:00+09:00"
    assert "年末年始" in ticket["explanation"]["ja"]

    assert "0 told" in flask("tick", "--at", ONE_SECOND_EARLY)

    announced = flask("tick", "--at", MORNING)

    assert ticket["number"] in announced.replace(" ", "")
    assert coordinator in announced
    assert status_of_promise(desk, ticket) == "announced"


def test_a_promise_is_announced_once_however_often_somebody_looks(flask, coordinator, desk):
    flask("call", "simulate", "--menu", "2", "--at", NIGHT)
    told = [flask("tick", "--at", MORNING) for _ in range(3)]

    assert ["1 told" in one for one in told] == [True, False, False]


def test_the_promise_is_kept_and_the_story_says_so(flask, coordinator, desk, at):
    flask("call", "simulate", "--menu", "1", "--at", NIGHT)
    (ticket,) = desk("GET", "/api/v1/tickets").json["items"]
    flask("tick", "--at", MORNING)
    with at("2027-01-04T09:10+09:00"):
        desk("POST", f"/api/v1/followups/{ticket['followups'][0]['id']}/done")
    story = desk("GET", f"/api/v1/tickets/{ticket['number']}/timeline").json["items"]

    assert [line["event"] for line in story][:2] == ["kept", "announced"]
    assert flask("integrity", "check")


def test_the_story_begins_with_the_ring(flask, coordinator, desk):
    flask("call", "simulate", "--menu", "1", "--at", NIGHT)
    (ticket,) = desk("GET", "/api/v1/tickets").json["items"]
    story = desk("GET", f"/api/v1/tickets/{ticket['number']}/timeline").json["items"]

    assert [line["event"] for line in story] == ["promised", "opened", "called"]


def test_a_call_from_last_year_is_reckoned_from_when_it_came(desk):
    call = {"line": "jnx", "case_types": ["ransom"], "received_at": "2025-12-30T22:15+09:00"}
    answer = desk("POST", "/api/v1/tickets", call)

    assert answer.json["promised_at"] == "2026-01-05T09:00:00+09:00"


def test_the_whole_story_is_on_record(flask, coordinator, desk):
    flask("call", "simulate", "--menu", "1", "--at", NIGHT)
    flask("tick", "--at", MORNING)

    assert flask("audit", "verify")
    assert flask("integrity", "check")


def status_of_promise(desk, ticket) -> str:
    answer = desk("GET", f"/api/v1/tickets/{ticket['number']}")
    return answer.json["followups"][0]["status"]
