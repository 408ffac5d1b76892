"""``GET /api/v1/calendar/service-start``, as another program uses it."""

from datetime import date

import pytest

from hotline.calendars import rules, service
from hotline.transaction import transaction
from tests import builders

ADDRESS = "/api/v1/calendar/service-start"


def test_a_call_after_hours_is_promised_the_next_opening(ask):
    answer = ask(received_at="2026-09-18T17:00:00+09:00")

    assert answer.status_code == 200
    assert answer.json == {
        "received_at": "2026-09-18T17:00:00+09:00",
        "in_hours": False,
        "service_start_at": "2026-09-24T09:00:00+09:00",
        "provisional": False,
        "explanation": answer.json["explanation"],
    }
    assert answer.json["explanation"]["ja"].endswith("→ 9月24日（木）9:00")
    assert answer.json["explanation"]["en"].endswith("→ Thu 24 Sep 9:00")


def test_a_call_in_hours_starts_when_it_came(ask):
    answer = ask(received_at="2025-06-02T07:59:59.999Z")

    assert answer.json["in_hours"]
    assert answer.json["service_start_at"] == answer.json["received_at"]


def test_an_extra_closure_counts_at_once(ask):
    with transaction():
        reason = rules.Label(ja="社内研修", en="training")
        service.close("hotline", date(2026, 11, 6), reason, now=builders.NOON)

    answer = ask(received_at="2026-11-05T18:00:00+09:00")

    assert answer.json["service_start_at"] == "2026-11-09T09:00:00+09:00"


def test_beyond_the_official_list_the_answer_says_so(ask):
    assert ask(received_at="2030-05-06T10:00:00+09:00").json["provisional"]


@pytest.mark.parametrize(
    "received_at",
    [
        "",
        "tomorrow",
        "2026-12-30T22:15:00",
        "2026-12-30T22:15:00 09:00",
        "2026-02-31T10:00:00+09:00",
        "0001-01-01T00:00:00+09:00",
        "9999-12-31T23:59:59-12:00",
        "２０２６-12-30T22:15:00+09:00",
        "2026-12-30\0",
        "9" * 20_000,
    ],
)
def test_what_is_no_moment_is_refused_naming_the_field(ask, received_at):
    answer = ask(received_at=received_at)

    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert answer.json["errors"]["received_at"]


def test_a_question_without_a_moment_is_refused_naming_the_field(ask):
    assert ask().json["errors"]["received_at"]


def test_nobody_asks_without_a_token(client):
    assert client.get(ADDRESS).status_code == 401


@pytest.mark.parametrize("role", ["vendor", "member", "auditor"])
def test_every_role_may_ask(client, role):
    headers = token_of(role)

    answer = client.get(f"{ADDRESS}?received_at=2026-12-30T22:15%2B09:00", headers=headers)
    assert answer.status_code == 200


@pytest.fixture
def ask(client):
    """Ask as an operator's program does."""
    headers = token_of("operator")

    def get(**question: str):
        return client.get(ADDRESS, query_string=question, headers=headers)

    return get


def token_of(role: str) -> dict[str, str]:
    """The header that carries the token of a new person with this role."""
    with transaction():
        return {"Authorization": f"Bearer {builders.token(builders.person(role))}"}
