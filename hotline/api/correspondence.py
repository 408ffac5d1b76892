"""What the desk writes with members and with partners, and what it needs from the member."""

from collections.abc import Iterable
from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint

from hotline import clock
from hotline.api.idempotent import idempotent
from hotline.api.offers import VendorRef, partner
from hotline.api.schemas import Instant
from hotline.api.seen import seen_first
from hotline.api.tasks import of_an_own_task
from hotline.coordination import queries as tasks
from hotline.coordination import service as coordination
from hotline.coordination.models import Task
from hotline.coordination.rules import subject, thread_of
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.limits import LARGEST_ID
from hotline.edge.requests import note_read
from hotline.errors import Missing
from hotline.messages import queries
from hotline.messages.models import Message
from hotline.messages.rules import Side
from hotline.people.rules import DESK, READERS, Role
from hotline.tickets import queries as tickets
from hotline.tickets import rules, service
from hotline.tickets.models import Ticket
from hotline.vendors import queries as vendors
from hotline.vendors.models import Vendor
from hotline.vendors.rules import contract_day

bp = Blueprint("api_correspondence", __name__, description="Messages, and what the desk needs")


class NewMessage(ma.Schema):
    """What is to be said to the other side."""

    body = ma.fields.String(required=True)


class NewAnswer(NewMessage):
    """Of the desk: ``up_to`` is the last message that is answered herewith; without it all are."""

    up_to = ma.fields.Integer(
        load_default=None, allow_none=True, validate=ma.validate.Range(1, LARGEST_ID)
    )


class NewNote(NewMessage):
    """Of the desk: ``vendor`` says to which partner, where several make a price."""

    vendor = VendorRef(load_default=None, allow_none=True)


class MessageOut(ma.Schema):
    """One message; ``by`` is "" for a caller without an account, ``vendor`` null with a member."""

    id = ma.fields.Integer()
    written_at = Instant()
    side = ma.fields.String()
    by = ma.fields.String()
    body = ma.fields.String()
    vendor = ma.fields.String(allow_none=True)


class MessagePage(ma.Schema):
    """Messages in the order of writing."""

    items = ma.fields.List(ma.fields.Nested(MessageOut))
    next_cursor = ma.fields.String(allow_none=True)


class NeedOut(ma.Schema):
    """Something the desk needs: a file, an answer or a call; ``due_at`` is null without hurry."""

    id = ma.fields.Integer()
    wanted = ma.fields.String()
    text = ma.fields.String()
    status = ma.fields.String()
    due_at = Instant(allow_none=True)
    asked_at = Instant()
    ended_at = Instant(allow_none=True)


class NeedPage(ma.Schema):
    """What is open first, by its time."""

    items = ma.fields.List(ma.fields.Nested(NeedOut))
    next_cursor = ma.fields.String(allow_none=True)


of_a_seen_ticket = seen_first("number", lambda number: tickets.by_number(number, person()))


def read_of(number: str, part: str) -> Ticket:
    """The ticket with this number; that ``part`` of it was read is put on record."""
    ticket = tickets.by_number(number, person())
    note_read(service.subject(ticket.number), part=part)
    return ticket


# With the member


@bp.route("/tickets/<number>/messages")
@allow(READERS, Role.MEMBER)
@bp.response(200, MessagePage)
def of_ticket(number: str) -> dict[str, Any]:
    """What the member and the desk wrote to each other."""
    ticket = read_of(number, "messages")
    lines = queries.thread(rules.member_thread(ticket.id))
    return {"items": [_message(*line) for line in lines], "next_cursor": None}


@bp.route("/tickets/<number>/messages", methods=["POST"])
@allow(DESK, Role.MEMBER)
@bp.arguments(NewAnswer)
@of_a_seen_ticket
@idempotent
@bp.response(201, MessageOut)
def write_to_ticket(values: dict[str, Any], number: str) -> dict[str, Any]:
    """Write to the other side, which is told; a member's ``up_to`` is not looked at."""
    who = person()
    side = Side.DESK if who.roles & DESK else Side.MEMBER
    ticket = tickets.by_number(number, who)
    written = service.write_message(
        ticket, values["body"], side=side, by_id=who.id, now=clock.now(), up_to=values["up_to"]
    )
    return _message(written, who.name)


@bp.route("/tickets/<number>/needs")
@allow(READERS, Role.MEMBER)
@bp.response(200, NeedPage)
def needs(number: str) -> dict[str, Any]:
    """What the desk needs from the member, and what came of it."""
    ticket = read_of(number, "needs")
    return {"items": queries.needs_of(ticket.id), "next_cursor": None}


# With partners


@bp.route("/tasks/<int:task_id>/messages")
@allow(READERS, Role.VENDOR)
@bp.response(200, MessagePage)
def of_task(task_id: int) -> dict[str, Any]:
    """What the desk and a partner wrote to each other; partners read their own thread alone."""
    task = tasks.task_for(person(), task_id, now=clock.now())
    note_read(subject(task.id), part="messages")
    lines = [
        _message(message, name, one.code)
        for one in _partners(task)
        for message, name in queries.thread(thread_of(task.id, one.id))
    ]
    return {"items": sorted(lines, key=lambda line: line["id"]), "next_cursor": None}


@bp.route("/tasks/<int:task_id>/messages", methods=["POST"])
@allow(DESK, Role.VENDOR)
@bp.arguments(NewNote)
@of_an_own_task
@idempotent
@bp.response(201, MessageOut)
def write_to_task(values: dict[str, Any], task_id: int) -> dict[str, Any]:
    """Write to the other side, which is told; a partner's ``vendor`` is not looked at."""
    now, who = clock.now(), person()
    task = tasks.task_for(who, task_id, now=now)
    side = Side.DESK if who.roles & DESK else Side.VENDOR
    to = _addressee(task, values["vendor"]) if side is Side.DESK else _own(task)
    written = coordination.write_message(
        task, values["body"], side=side, by_id=who.id, now=now, vendor_id=to.id if to else None
    )
    return _message(written, who.name, to.code if to else None)


def _own(task: Task) -> Vendor:
    """The partner that asks, where the thread is open to it. Raises Missing."""
    vendor = vendors.of_person(person(), on=contract_day(clock.now()))
    if vendor is None or not tasks.talks_with(vendor, task.id):
        raise Missing()
    return vendor


def _addressee(task: Task, named: int | str | None) -> Vendor | None:
    """Whom the desk names, or who does the task; None while nobody does."""
    if named is not None:
        return partner(named)
    return vendors.by_id(task.vendor_id) if task.vendor_id is not None else None


def _partners(task: Task) -> Iterable[Vendor]:
    """Whose threads are read: at the desk of everybody who was asked, else one's own."""
    if person().roles & READERS:
        asked = {one.vendor_id for one in tasks.offers_of([task.id])} | {task.vendor_id}
        return [vendors.by_id(one) for one in sorted(one for one in asked if one is not None)]
    try:
        return [_own(task)]
    except Missing:
        return []


def _message(message: Message, by: str, vendor: str | None = None) -> dict[str, Any]:
    plain = ("id", "written_at", "side", "body")
    return {**{name: getattr(message, name) for name in plain}, "by": by, "vendor": vendor}
