"""Ask the candidates of the ranking, or others with a reason."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.coordination import queries, service
from hotline.coordination.models import Offer, Task
from hotline.coordination.rules import OfferStatus
from hotline.coordination.service import Choice
from hotline.db import db
from hotline.errors import Invalid, Missing, Refused
from hotline.timeline.models import Line
from hotline.transaction import transaction
from hotline.vendors.models import Conflict, Vendor
from tests import builders, partners
from tests.builders import NOON


def ask(task: Task, *first: Vendor, then=(), **more: object) -> list[Offer]:
    choice = Choice([one.id for one in first], [one.id for one in then], **more)
    with transaction():
        return service.ask_candidates(task, choice, by_id=1, now=NOON)


def refused(task: Task, *first: Vendor, **more: object) -> set[str]:
    with pytest.raises(Invalid) as raised:
        ask(task, *first, **more)
    db.session.rollback()
    return set(raised.value.fields)


def order(task: Task) -> list[str]:
    return [one.vendor.code for one in queries.ranking(task, now=NOON)]


def test_partners_under_contract_that_do_it_are_ranked(world):
    assert order(world.task) == ["A", "B", "C"]
    assert [one.reply_by for one in queries.ranking(world.task, now=NOON)] == [
        NOON + timedelta(minutes=60)
    ] * 3


def test_the_first_is_asked_and_the_rest_stand_in_line_in_order(world):
    made = ask(world.task, world.a, then=[world.c, world.b])

    assert [one.status for one in made] == [
        OfferStatus.OFFERED, OfferStatus.QUEUED, OfferStatus.QUEUED,
    ]  # fmt: skip
    assert [one.vendor_id for one in made] == [world.a.id, world.b.id, world.c.id]
    assert made[0].ranked["position"] == 1
    assert made[0].overruled == ""


def test_another_than_the_first_needs_a_reason_which_the_desk_can_read(world):
    assert refused(world.task, world.b) == {"overruled"}
    (made,) = ask(world.task, world.b, reason="前回の調査を担当した")
    line = db.session.scalars(select(Line).where(Line.event == "overruled")).one()

    assert made.overruled == "前回の調査を担当した"
    assert (line.audience, line.subject) == ("staff", f"task:{world.task.id}")
    assert made.ranked["position"] == 2


def test_a_reason_without_need_is_not_kept(world):
    (made,) = ask(world.task, world.a, reason="念のため")

    assert made.overruled == ""


def test_two_are_asked_for_their_prices_at_once(world):
    made = ask(world.task, world.b, world.a, then=[world.c], for_quote=True)

    assert [one.for_quote for one in made] == [True] * 3
    assert [one.status for one in made[:2]] == [OfferStatus.OFFERED] * 2


def test_how_many_are_asked_depends_on_what_for(world):
    assert refused(world.task) == {"first"}
    assert refused(world.task, world.a, world.b) == {"first"}
    assert refused(world.task, world.a, for_quote=True) == {"first"}


def test_who_has_a_conflict_is_refused_whatever_the_reason(world):
    with transaction():
        conflict = Conflict(vendor_id=world.a.id, company="確認工業", company_key="確認工業")
        conflict.reason, conflict.noted_at = "顧問先", NOON
        db.session.add(conflict)

    assert queries.ranking(world.task, now=NOON)[-1].ranked.excluded == "declared"
    with pytest.raises(Refused):
        ask(world.task, world.a, reason="どうしても")


def test_who_declined_before_stands_at_the_end_and_is_asked_again_with_a_reason(world):
    with transaction():
        partners.offer(world.task, world.a, status=OfferStatus.DECLINED, wake_at=None)
    last = queries.ranking(world.task, now=NOON)[-1]

    assert (last.vendor.code, last.ranked.excluded) == ("A", "declined")
    assert refused(world.task, world.a) == {"overruled"}
    assert ask(world.task, world.a, reason="空きが出たとの連絡")[0].position == 2


def test_nothing_goes_out_that_names_the_company(world):
    with transaction():
        world.task.scope = "確認工業㈱のサーバー"

    assert refused(world.task, world.a) == {"scope"}


def test_who_does_not_do_this_is_no_candidate(world):
    with transaction():
        lawyer = partners.vendor("legal")
    with pytest.raises(Missing):
        ask(world.task, lawyer)


def test_a_partner_that_never_opens_has_no_time_to_answer(world):
    with transaction():
        world.a.round_the_clock, world.a.weekly = False, []
    placed = {one.vendor.code: one for one in queries.ranking(world.task, now=NOON)}

    assert placed["A"].reply_by is None
    assert placed["A"].ranked.point("hours").why == "not_opening"


class World:
    """A task and three partners that could do it, of equal merit."""

    def __init__(self) -> None:
        self.ticket = builders.ticket(company="確認工業株式会社", caller_name="邊見 俊介")
        self.task = partners.task(self.ticket)
        self.a, self.b, self.c = (partners.vendor(code=code) for code in "ABC")


@pytest.fixture
def world(app) -> World:
    with transaction():
        return World()
