"""Estimates that wait for the member's word, and the word."""

from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint

from hotline import clock
from hotline.api.correspondence import read_of
from hotline.api.idempotent import idempotent
from hotline.api.schemas import Instant, PriceLine
from hotline.api.seen import seen_first
from hotline.coordination.models import Approval, Task
from hotline.coordination.queries import costs as queries
from hotline.coordination.rules import ApprovedBy
from hotline.coordination.service import approving
from hotline.coordination.service.approving import Answer
from hotline.coordination.service.withdrawing import subject
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.requests import note_read
from hotline.people.rules import READERS, Role
from hotline.vendors import queries as vendors

bp = Blueprint("api_approvals", __name__, description="Estimates that members agree to, or not")


class ApprovalOut(ma.Schema):
    """A price that the member is asked to agree to: status asked, approved, refused, withdrawn."""

    id = ma.fields.Integer()
    task = ma.fields.Integer()
    function = ma.fields.String()
    vendor = ma.fields.String(allow_none=True)
    status = ma.fields.String()
    lines = ma.fields.List(ma.fields.Nested(PriceLine))
    total_yen = ma.fields.Integer()
    asked_at = Instant()
    answered_at = Instant(allow_none=True)
    reason = ma.fields.String()


class ApprovalPage(ma.Schema):
    """The newest first."""

    items = ma.fields.List(ma.fields.Nested(ApprovalOut))
    next_cursor = ma.fields.String(allow_none=True)


class Word(ma.Schema):
    """The member's word; ``reason`` says why not."""

    answer = ma.fields.String(required=True, validate=ma.validate.OneOf(["approve", "refuse"]))
    reason = ma.fields.String(load_default="")


of_a_seen_approval = seen_first(
    "approval_id", lambda approval_id: queries.approval_for(person(), approval_id)
)


@bp.route("/tickets/<number>/approvals")
@allow(READERS, Role.MEMBER)
@bp.response(200, ApprovalPage)
def of_ticket(number: str) -> dict[str, Any]:
    """Every estimate that the member of a ticket was asked for."""
    ticket = read_of(number, "approvals")
    tasks = {one.id: one for one in queries.tasks_of(ticket.id)}
    found = queries.approvals_of(ticket.id)
    return {"items": [_shape(one, tasks[one.task_id]) for one in found], "next_cursor": None}


@bp.route("/approvals/<int:approval_id>")
@allow(READERS, Role.MEMBER)
@bp.response(200, ApprovalOut)
def read(approval_id: int) -> dict[str, Any]:
    """One estimate as it was asked for."""
    approval, task, _ = queries.approval_for(person(), approval_id)
    note_read(subject(approval))
    return _shape(approval, task)


@bp.route("/approvals/<int:approval_id>/answer", methods=["POST"])
@allow(Role.MEMBER)
@bp.arguments(Word)
@of_a_seen_approval
@idempotent
@bp.response(200, ApprovalOut)
def answer(values: dict[str, Any], approval_id: int) -> dict[str, Any]:
    """Agree or not. The same answer again changes nothing, another one is 409."""
    now, who = clock.now(), person()
    approval, task, _ = queries.approval_for(who, approval_id)
    given = Answer(ApprovedBy.PORTAL, who.id)
    if values["answer"] == "approve":
        approving.approve(approval, given, now=now)
    else:
        approving.refuse(approval, values["reason"], given, now=now)
    return _shape(approval, task)


def _shape(approval: Approval, task: Task) -> dict[str, Any]:
    plain = ("id", "status", "lines", "total_yen", "asked_at", "answered_at", "reason")
    vendor_id = queries.vendor_asked(approval, task)
    return {
        **{name: getattr(approval, name) for name in plain},
        "task": task.id,
        "function": task.function,
        "vendor": vendors.names([vendor_id]).get(vendor_id) if vendor_id else None,
    }
