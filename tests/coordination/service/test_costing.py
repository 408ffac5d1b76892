from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from hotline.audit.models import AuditEntry
from hotline.coordination.models import Approval, CostLine
from hotline.coordination.queries import costs as on_record
from hotline.coordination.rules import LineGiven, amount_of
from hotline.coordination.rules import costs as limits
from hotline.coordination.service import approving, costing
from hotline.coordination.service.approving import Answer
from hotline.db import db
from hotline.errors import Invalid, Missing, Refused
from hotline.notices.models import Notice
from hotline.notices.rules import Kind
from hotline.transaction import transaction
from tests import builders, partners
from tests.builders import NOON

GIVEN = LineGiven("data_recovery", "サーバーの復旧", "device", "2", "3,000,000")
LATER = NOON + timedelta(hours=1)


def test_a_cost_is_written_down_with_the_tax_of_today(ticket, desk):
    with transaction():
        line = costing.add_line(ticket, GIVEN, by_id=desk.id, now=NOON)
    found = on_record.costs_of(ticket)

    assert amount_of(line).gross == 6_600_000
    assert (line.state, line.cover_expected, line.tax_percent) == ("guess", "unknown", 10)
    assert (found.bar.expected, found.limit.why) == (6_600_000, "no_member")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"state": "paid"}, "state"),
        ({"task_id": 999}, "task_id"),
        ({"vendor_id": 1}, "vendor_id"),
        ({"quantity": "many"}, "quantity"),
    ],
)
def test_what_cannot_be_written_down_is_said_beside_its_field(ticket, desk, changes, field):
    wrong = LineGiven(**{**vars(GIVEN), **changes})

    with pytest.raises(Invalid) as refused, transaction():
        costing.add_line(ticket, wrong, by_id=desk.id, now=NOON)
    assert list(refused.value.fields) == [field]


def test_a_ticket_that_goes_on_elsewhere_has_its_costs_there(ticket, desk):
    ticket.status = "duplicate"

    with pytest.raises(Refused, match="another number"):
        costing.add_line(ticket, GIVEN, by_id=desk.id, now=NOON)


def test_lines_end_somewhere(ticket, desk, monkeypatch):
    monkeypatch.setattr(costing, "MOST_LINES", 1)
    with transaction():
        costing.add_line(ticket, GIVEN, by_id=desk.id, now=NOON)

    assert limits.MOST_LINES > 100
    with pytest.raises(Refused, match="lines already"), transaction():
        costing.add_line(ticket, GIVEN, by_id=desk.id, now=NOON)


def test_the_first_quote_of_the_partner_begins_the_estimate(task, vendor, somebody):
    with transaction():
        task.status = "accepted"
        line = costing.quote(task, vendor.id, GIVEN, by_id=somebody.id, now=NOON)

    assert task.status == "estimating"
    assert (line.state, line.vendor_id, line.function) == ("quote", vendor.id, "forensics")


def test_a_partner_names_no_price_for_a_task_it_has_nothing_to_do_with(task, somebody):
    with transaction():
        other = partners.vendor()
        partners.offer(task, other, status="offered")

    with pytest.raises(Missing), transaction():
        costing.quote(task, other.id, GIVEN, by_id=somebody.id, now=NOON)


def test_a_partner_that_was_asked_for_a_price_names_one_until_another_is_chosen(task, vendor):
    with transaction():
        task.status, task.vendor_id = "offered", None
        other = partners.vendor()
        for one in (vendor, other):
            partners.offer(task, one, status="accepted", for_quote=True)
        line = costing.quote(task, other.id, GIVEN, by_id=1, now=NOON)
        task.status, task.vendor_id = "accepted", vendor.id

    assert on_record.quote_of(task.id, other.id).total_yen == 6_600_000
    with pytest.raises(Missing):
        on_record.line_of_vendor(line.id, other.id)
    with pytest.raises(Missing), transaction():
        costing.change_quote(line, other.id, GIVEN, version=1, by_id=1, now=NOON)


def test_a_partner_touches_its_own_lines_alone(task, vendor, ticket):
    with transaction():
        ours = partners.cost_line(ticket, task)
        own = partners.cost_line(ticket, task, vendor_id=vendor.id)

    assert on_record.line_of_vendor(own.id, vendor.id) == (own, task)
    for line_id, vendor_id in ((ours.id, vendor.id), (own.id, vendor.id + 1), (999, vendor.id)):
        with pytest.raises(Missing):
            on_record.line_of_vendor(line_id, vendor_id)
    with pytest.raises(Missing), transaction():
        costing.drop_quote(ours, vendor.id, by_id=1, now=NOON)


def test_a_partner_writes_its_own_price_anew(task, vendor, ticket):
    with transaction():
        line = partners.cost_line(ticket, task, vendor_id=vendor.id)
        less = LineGiven(**{**vars(GIVEN), "unit_price_yen": "2000000"})
        costing.change_quote(line, vendor.id, less, version=line.version, by_id=1, now=NOON)

    assert (line.unit_price_yen, line.version) == (2_000_000, 2)


def test_a_guess_that_is_struck_out_disturbs_nobody(asked, task, ticket, desk):
    approval, _ = asked
    with transaction():
        guess = partners.cost_line(ticket, task, state="guess")
        costing.void_line(guess, by_id=desk.id, now=LATER)

    assert (guess.state, approval.status) == ("void", "asked")


def test_a_partner_takes_its_quote_back_until_it_was_approved(task, vendor, ticket):
    with transaction():
        line = partners.cost_line(ticket, task, vendor_id=vendor.id)
        bought = partners.cost_line(ticket, task, vendor_id=vendor.id, state="order")
        costing.drop_quote(line, vendor.id, by_id=1, now=NOON)
        costing.drop_quote(line, vendor.id, by_id=1, now=NOON)

    assert line.state == "void"
    with pytest.raises(Refused, match="was approved"), transaction():
        costing.drop_quote(bought, vendor.id, by_id=1, now=NOON)


def test_the_second_of_two_savers_is_sent_back(ticket, task, desk):
    with transaction():
        line = partners.cost_line(ticket, task)
        costing.change_line(line, GIVEN, version=1, by_id=desk.id, now=NOON)

    assert line.version == 2
    with pytest.raises(StaleDataError), transaction():
        costing.change_line(line, GIVEN, version=1, by_id=desk.id, now=NOON)


@pytest.mark.parametrize("status", ["waiting_approval", "approved", "in_progress"])
@pytest.mark.parametrize("how", ["changed", "added"])
def test_another_price_has_to_be_approved_anew(asked, task, vendor, desk, status, how):
    approval, line = asked
    dearer = LineGiven(**{**vars(GIVEN), "unit_price_yen": "3500000"})
    with transaction():
        if status != "waiting_approval":
            approving.approve(approval, Answer("portal", 1), now=NOON)
            task.status = status
        if how == "changed":
            version = line.version
            costing.change_line(line, dearer, version=version, by_id=desk.id, now=LATER)
        else:
            costing.quote(task, vendor.id, GIVEN, by_id=1, now=LATER)
    reason = {"changed": "price_changed", "added": "line_added"}[how]

    assert (approval.status, approval.reason, task.status) == ("withdrawn", reason, "estimating")
    assert (line.state, line.approval_id) == ("quote", None)
    assert Kind.APPROVAL_WITHDRAWN in told(f"task:{task.id}")


def test_another_name_for_the_same_price_needs_no_new_approval(asked, task, desk):
    approval, line = asked
    renamed = LineGiven(**{**vars(GIVEN), "item": "ファイルサーバー2台の復旧"})
    with transaction():
        costing.change_line(line, renamed, version=line.version, by_id=desk.id, now=LATER)

    assert (approval.status, line.item) == ("asked", "ファイルサーバー2台の復旧")


def test_a_quote_that_is_taken_away_while_the_member_thinks_is_asked_anew(asked, task, desk):
    approval, line = asked
    with transaction():
        costing.void_line(line, by_id=desk.id, now=LATER)

    assert (approval.status, task.status, line.state) == ("withdrawn", "estimating", "void")


def test_a_guess_or_another_partners_price_leaves_the_approval_alone(asked, task, ticket, desk):
    approval, _ = asked
    with transaction():
        ours = LineGiven(**{**vars(GIVEN), "task_id": task.id})
        costing.add_line(ticket, ours, by_id=desk.id, now=LATER)

    assert approval.status == "asked"


def test_what_was_handed_in_becomes_cheaper_at_most(asked, task, desk):
    approval, line = asked
    cheaper, dearer = (
        LineGiven(**{**vars(GIVEN), "unit_price_yen": price}) for price in ("2900000", "3100000")
    )
    with transaction():
        approving.approve(approval, Answer("portal", 1), now=NOON)
        task.status = "checked"
        costing.change_line(line, cheaper, version=line.version, by_id=desk.id, now=LATER)

    assert (line.unit_price_yen, line.state, approval.status) == (2_900_000, "order", "approved")
    with pytest.raises(Refused, match="does not rise"), transaction():
        costing.change_line(line, dearer, version=line.version, by_id=desk.id, now=LATER)
    with pytest.raises(Refused, match="does not rise"), transaction():
        costing.quote(task, task.vendor_id, GIVEN, by_id=1, now=LATER)


@pytest.mark.parametrize("state", ["void", "invoice", "paid"])
def test_what_was_charged_or_is_void_has_its_price(ticket, task, desk, state):
    with transaction():
        line = partners.cost_line(ticket, task, state=state)
    dearer = LineGiven(**{**vars(GIVEN), "quantity": "3"})

    with pytest.raises(Refused), transaction():
        costing.change_line(line, dearer, version=1, by_id=desk.id, now=NOON)


def test_a_line_goes_on_to_what_was_paid(ticket, desk):
    with transaction():
        line = partners.cost_line(ticket, None, state="guess")
        for state in ("quote", "quote", "order", "invoice", "paid"):
            costing.set_state(line, state, by_id=desk.id, now=NOON)

    assert (line.state, line.version) == ("paid", 5)
    with pytest.raises(Refused, match="was paid"), transaction():
        costing.void_line(line, by_id=desk.id, now=NOON)


def test_only_the_member_orders_what_a_task_costs(ticket, task, desk):
    with transaction():
        line = partners.cost_line(ticket, task)
    for state, sentence in (("order", "approve this first"), ("paid", "cannot go there")):
        with pytest.raises(Refused, match=sentence), transaction():
            costing.set_state(line, state, by_id=desk.id, now=NOON)
    with pytest.raises(Invalid), transaction():
        costing.set_state(line, "void", by_id=desk.id, now=NOON)


def test_what_is_expected_of_the_insurer_is_noted_and_decides_nothing(ticket, desk):
    with transaction():
        line = partners.cost_line(ticket)
        for _ in range(2):
            costing.set_cover(line, "no", by_id=desk.id, now=NOON)
            costing.set_insurer(line, "asked", "書類待ち", by_id=desk.id, now=NOON)

    assert (line.cover_expected, line.insurer_consent, line.version) == ("no", "asked", 3)
    assert on_record.costs_of(ticket).bar.sum == 6_600_000
    for wrong in ({"said": "maybe"}, {"said": "asked", "note": "a" * 501}):
        with pytest.raises(Invalid), transaction():
            costing.set_insurer(line, **wrong, by_id=desk.id, now=NOON)
    with pytest.raises(Invalid), transaction():
        costing.set_cover(line, "perhaps", by_id=desk.id, now=NOON)


def test_the_trail_holds_references_and_no_words(ticket, desk):
    with transaction():
        costing.add_line(ticket, GIVEN, by_id=desk.id, now=NOON)
    [entry] = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "cost.added"))

    assert GIVEN.item not in str(entry.detail)
    assert entry.detail["yen"] == 6_600_000


def test_a_line_of_another_ticket_is_missing(ticket, desk):
    with transaction():
        line = partners.cost_line(builders.ticket())

    assert db.session.get(CostLine, line.id) is not None
    with pytest.raises(Missing):
        on_record.line_of(ticket, line.id)


def told(about: str) -> set[str]:
    return set(db.session.scalars(select(Notice.kind).where(Notice.subject == about)))


@pytest.fixture
def ticket(app):
    with transaction():
        return builders.ticket(company="確認工業")


@pytest.fixture
def desk(app):
    with transaction():
        return builders.person("coordinator")


@pytest.fixture
def vendor(app):
    with transaction():
        return partners.vendor()


@pytest.fixture
def somebody(vendor):
    with transaction():
        return partners.somebody_of(vendor)


@pytest.fixture
def task(ticket, vendor):
    with transaction():
        return partners.task(ticket, status="estimating", vendor_id=vendor.id)


@pytest.fixture
def asked(ticket, task, vendor, desk) -> tuple[Approval, CostLine]:
    """The member was asked for one quote of the partner that does the task."""
    with transaction():
        partners.free_advice_end(ticket)
        line = partners.cost_line(ticket, task, vendor_id=vendor.id)
        return approving.ask_approval(task, by_id=desk.id, now=NOON), line
