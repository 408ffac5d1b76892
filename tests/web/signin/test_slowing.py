"""Whoever guesses waits, and nobody can make the owner wait."""

from datetime import timedelta

import pytest

from hotline.sessions.models import Attempt
from tests.web.accounts import NOW
from tests.web.forms import form_token, send
from tests.web.signin.somebody import count, give_password, member, person


def test_s_10_after_ten_failures_one_waits_and_is_told_how_long(client, at):
    member()
    with at(NOW):
        answers = [give_password(client, "not this one").status_code for _ in range(10)]
        slowed = give_password(client)
    with at(NOW + timedelta(minutes=15)):
        later = give_password(client)

    assert answers == [422] * 10
    assert slowed.status_code == 429
    assert slowed.headers["Retry-After"] == "900"
    assert later.location == "/"


def test_s_10_waiting_is_not_prolonged_by_trying(client, at):
    member()
    with at(NOW):
        for _ in range(10):
            give_password(client, "not this one")
        counted = count(Attempt)
        for _ in range(5):
            give_password(client, "not this one")

        assert count(Attempt) == counted


def test_s_10_fifty_failures_from_one_address_slow_all_names_down(client, at):
    with at(NOW):
        for number in range(50):
            give_password(client, "x", email=f"{number}@example.jp")

        assert give_password(client, "x", email="new@example.jp").status_code == 429


def test_s_10_strangers_cannot_keep_the_owner_out_of_a_known_browser(app, client, at):
    member()
    with at(NOW):
        give_password(client)
        send(client, "/sign-out")
        stranger = app.test_client()
        for _ in range(11):
            give_password(stranger, "not this one")

        assert give_password(stranger).status_code == 429
        assert give_password(client).location == "/"


def test_a_known_browser_is_known_for_its_owner_only(app, client, at):
    member()
    person(email="other@example.jp")
    with at(NOW):
        give_password(client)
        for _ in range(10):
            give_password(client, "not this one", email="other@example.jp")

        stranger = app.test_client()
        assert give_password(stranger, email="other@example.jp").status_code == 429


@pytest.mark.parametrize("value", ["x", "a.b.c", "", "W10.x.y"])
def test_a_forged_mark_of_a_known_browser_means_nothing(client, value):
    member()
    client.set_cookie("known", value)

    assert give_password(client).location == "/"


def test_s_10_the_address_is_not_taken_from_a_header_nobody_vouches_for(client, at):
    with at(NOW):
        for number in range(50):
            fields = {
                "csrf_token": form_token(client),
                "email": f"{number}@example.jp",
                "password": "x",
            }
            client.post(
                "/sign-in", data=fields, headers={"X-Forwarded-For": f"198.51.100.{number}"}
            )

        assert give_password(client, email="new@example.jp").status_code == 429
