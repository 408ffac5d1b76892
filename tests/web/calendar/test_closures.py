"""Extra closures: what a change would do is seen first, and what it hit stands there after."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from hotline import clock
from hotline.audit.models import AuditEntry
from hotline.calendars import queries
from hotline.calendars import service as calendars
from hotline.calendars.rules import Label, Span
from hotline.db import db
from hotline.tickets.rules import spaced
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON
from tests.web.forms import send, sign_in

PAGE = "/calendar/closures"
THURSDAY = date(2026, 11, 5)
EVENING = NOON + timedelta(hours=6)
CLOSE = {
    "calendar": "hotline",
    "day": "2026/11/05",
    "opening": "closed",
    "reason_ja": "台風",
    "reason_en": "typhoon",
}
TYPHOON = Label(ja="台風", en="typhoon")


def owed_on_thursday() -> str:
    """A call on Wednesday evening is promised for Thursday at nine; its number in fours."""
    with transaction():
        return spaced(builders.ticket(received_at=EVENING, now=EVENING).number)


def close_thursday() -> None:
    with transaction():
        calendars.close("hotline", THURSDAY, TYPHOON, now=NOON)


def test_what_a_closure_does_is_shown_and_nothing_is_saved(desk):
    desk.be("supervisor")
    number = owed_on_thursday()
    answer = desk.get(PAGE, query_string=CLOSE)

    assert answer.text.count(number) == 1
    assert "台風" in answer.text
    assert queries.exceptions() == []


def test_a_promise_on_another_day_is_not_touched(desk):
    desk.be("supervisor")
    number = owed_on_thursday()

    assert number not in desk.get(PAGE, query_string={**CLOSE, "day": "2026/11/06"}).text


def test_hours_of_its_own_touch_what_falls_outside_them(desk):
    desk.be("supervisor")
    number = owed_on_thursday()
    late = {**CLOSE, "opening": "hours", "hours": "１０：００～１２：００、13:00-15:00"}
    early = {**CLOSE, "opening": "hours", "hours": "9:00-12:00"}

    assert number in desk.get(PAGE, query_string=late).text
    assert number not in desk.get(PAGE, query_string=early).text


def test_a_closure_is_saved_with_who_did_it_and_its_promises_stand_there(desk):
    desk.be("administrator")
    number = owed_on_thursday()
    answer = desk.send(PAGE, CLOSE)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "close")).one()

    assert answer.status_code == 302
    assert (entry.subject, entry.person_id) == ("calendar:hotline:2026-11-05", desk.person.id)
    assert not calendars.current("hotline").is_business_day(THURSDAY)
    assert number in desk.get(PAGE).text


def test_several_days_are_closed_at_once_without_the_weekend(desk):
    desk.be("supervisor")
    desk.send(PAGE, {**CLOSE, "until": "2026/11/09"})

    assert [row.day.day for row in queries.exceptions()] == [5, 6, 9]


def test_a_saturday_can_be_opened(desk):
    desk.be("supervisor")
    desk.send(PAGE, {**CLOSE, "day": "2026/11/07", "opening": "hours", "hours": "10:00-12:00"})

    assert calendars.current("hotline").hours_on(date(2026, 11, 7)) == (Span(600, 720),)


def test_the_way_back_to_the_rule_is_shown_first_and_then_gone(desk):
    desk.be("supervisor")
    close_thursday()
    back = {"calendar": "hotline", "day": "2026-11-05", "opening": "rule"}

    assert "9:00–17:00" in desk.get(PAGE, query_string=back).text
    assert desk.send(PAGE, back).status_code == 302
    assert queries.exceptions() == []


def test_the_calendar_of_offices_touches_no_promise(desk):
    desk.be("supervisor")
    number = owed_on_thursday()
    answer = desk.get(PAGE, query_string={**CLOSE, "calendar": "government"})

    assert number not in answer.text
    assert answer.status_code == 200


WRONG = [
    ({"calendar": "moon"}, "calendar"),
    ({"day": ""}, "day"),
    ({"day": "2026/02/30"}, "day"),
    ({"day": "2026/11/03"}, "day"),
    ({"day": "2026/11/07"}, "day"),
    ({"until": "2026/11/04"}, "until"),
    ({"until": "2026/12/31"}, "until"),
    ({"until": "soon"}, "until"),
    ({"opening": "perhaps"}, "opening"),
    ({"opening": "hours", "hours": ""}, "hours"),
    ({"opening": "hours", "hours": "12:00-10:00"}, "hours"),
    ({"opening": "hours", "hours": "x" * 5000}, "hours"),
    ({"reason_ja": " "}, "reason_ja"),
    ({"reason_en": "a\nb"}, "reason_en"),
]


@pytest.mark.parametrize("way", ["get", "post"])
@pytest.mark.parametrize(("changed", "field"), WRONG)
def test_what_cannot_be_done_is_said_beside_the_field(desk, way, changed, field):
    desk.be("supervisor")
    given = {**CLOSE, **changed}
    answer = desk.get(PAGE, query_string=given) if way == "get" else desk.send(PAGE, given)

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert queries.exceptions() == []


@pytest.mark.parametrize("way", ["get", "post"])
def test_a_date_that_departs_already_is_named(desk, way):
    desk.be("supervisor")
    close_thursday()
    answer = desk.get(PAGE, query_string=CLOSE) if way == "get" else desk.send(PAGE, CLOSE)

    assert answer.status_code == 422
    assert "2026-11-05" in answer.text


def test_a_date_without_hours_of_its_own_cannot_go_back(desk):
    desk.be("supervisor")

    assert desk.send(PAGE, {"day": "2026-11-05", "opening": "rule"}).status_code == 404


def test_days_that_are_over_stand_apart_and_stay(desk):
    desk.be("supervisor")
    with transaction():
        calendars.close(
            "hotline", date(2026, 11, 2), TYPHOON, now=datetime(2026, 11, 1, tzinfo=UTC)
        )
    answer = desk.get(PAGE)

    assert "<details" in answer.text
    assert "day=2026-11-02" not in answer.text
    assert desk.send(PAGE, {"day": "2026-11-02", "opening": "rule"}).status_code == 422


def test_who_may_not_read_tickets_sees_the_number_without_a_way_to_it(desk):
    number = owed_on_thursday()
    close_thursday()
    desk.be("administrator")
    assert "/tickets/" not in desk.get(PAGE).text
    desk.be("operator")

    assert f'/tickets/{number.replace(" ", "")}"' in desk.get(PAGE).text


@pytest.mark.parametrize("role", ["operator", "coordinator", "auditor"])
def test_others_read_and_do_not_change(desk, role):
    desk.be(role)

    assert 'name="reason_ja"' not in desk.get(PAGE).text
    assert desk.send(PAGE, CLOSE).status_code == 403


@pytest.fixture
def desk(app, client):
    """A browser at noon, signed in as somebody with the role it is told to be."""
    with clock.fixed(NOON):
        yield Desk(client)


class Desk:
    """``be(role)`` signs in; ``get`` and ``send`` are pages and forms."""

    def __init__(self, client):
        self.client = client

    def be(self, role):
        with transaction():
            self.person = builders.person(role)
        sign_in(self.client, self.person)

    def get(self, path, **facts):
        return self.client.get(path, **facts)

    def send(self, path, fields):
        return send(self.client, path, fields)
