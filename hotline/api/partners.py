"""What a partner may see of its task, and what it asks for it."""

from collections.abc import Iterable
from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint

from hotline import clock
from hotline.api.schemas import Both, Instant, PriceLine
from hotline.coordination import queries
from hotline.coordination.models import CostLine, Release, Task
from hotline.coordination.queries import costs
from hotline.coordination.rules import amount_of, subject
from hotline.edge import stories
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.requests import note_read
from hotline.evidence.models import File
from hotline.people.models import Person
from hotline.people.rules import READERS, Role
from hotline.vendors import queries as vendors
from hotline.vendors.rules import contract_day

bp = Blueprint("api_partners", __name__, description="What partners see of a task, and its price")


class ReleasedFile(ma.Schema):
    """A file that a partner may fetch on its pages."""

    id = ma.fields.Integer()
    name = ma.fields.String()
    size = ma.fields.Integer()
    sha256 = ma.fields.String()


class ReleaseOut(ma.Schema):
    """One fact or file; ``text`` is as it was when it was released, "" in what nobody wrote."""

    id = ma.fields.Integer()
    piece = ma.fields.String()
    label = ma.fields.Nested(Both)
    text = ma.fields.Nested(Both)
    file = ma.fields.Nested(ReleasedFile, allow_none=True)
    vendor = ma.fields.String()
    released_at = Instant()


class ReleasePage(ma.Schema):
    """In the order of releasing."""

    items = ma.fields.List(ma.fields.Nested(ReleaseOut))
    next_cursor = ma.fields.String(allow_none=True)


class CostOut(PriceLine):
    """One item of a price as it stands now; ``vendor`` is null for our guess."""

    id = ma.fields.Integer()
    state = ma.fields.String()
    vendor = ma.fields.String(allow_none=True)


class CostPage(ma.Schema):
    """In the order of writing."""

    items = ma.fields.List(ma.fields.Nested(CostOut))
    next_cursor = ma.fields.String(allow_none=True)


@bp.route("/tasks/<int:task_id>/releases")
@allow(READERS, Role.VENDOR)
@bp.response(200, ReleasePage)
def releases(task_id: int) -> dict[str, Any]:
    """What a partner may see of a task now; the desk reads what is released to each."""
    who, now = person(), clock.now()
    task = queries.task_for(who, task_id, now=now)
    note_read(subject(task.id), part="releases")
    found = queries.seen_by(who, task, now=now) if Role.VENDOR in who.roles else _to_all(task)
    files = queries.files_of(found)
    codes = _codes(one.vendor_id for one in found)
    items = [_release(one, files.get(one.file_id or 0), codes) for one in found]
    return {"items": items, "next_cursor": None}


@bp.route("/tasks/<int:task_id>/costs")
@allow(READERS, Role.VENDOR)
@bp.response(200, CostPage)
def costs_of_task(task_id: int) -> dict[str, Any]:
    """The price of a task item by item; partners read their own items alone."""
    who, now = person(), clock.now()
    task = queries.task_for(who, task_id, now=now)
    note_read(subject(task.id), part="costs")
    lines = _own_lines(task, who) if Role.VENDOR in who.roles else costs.of_task(task.id)
    codes = _codes(one.vendor_id for one in lines)
    return {"items": [_cost(one, codes) for one in lines], "next_cursor": None}


def _own_lines(task: Task, who: Person) -> list[CostLine]:
    vendor = vendors.of_person(who, on=contract_day(clock.now()))
    return costs.quote_of(task.id, vendor.id).lines if vendor is not None else []


def _to_all(task: Task) -> list[Release]:
    told = queries.partners_told(task)
    found = [one for vendor in told for one in queries.released_to(task.id, vendor.id)]
    return sorted(found, key=lambda one: one.id)


def _codes(vendor_ids: Iterable[int | None]) -> dict[int | None, str]:
    return {one: vendors.by_id(one).code for one in set(vendor_ids) if one is not None}


def _release(one: Release, file: File | None, codes: dict[int | None, str]) -> dict[str, Any]:
    label = {tongue: stories.piece(one.piece, tongue) for tongue in ("ja", "en")}
    return {
        "id": one.id,
        "piece": one.piece,
        "label": label,
        "text": {"ja": one.ja, "en": one.en},
        "file": file,
        "vendor": codes[one.vendor_id],
        "released_at": one.released_at,
    }


def _cost(one: CostLine, codes: dict[int | None, str]) -> dict[str, Any]:
    plain = ("id", "item", "unit", "quantity", "unit_price_yen", "tax_mode", "tax_percent", "state")
    return {
        **{name: getattr(one, name) for name in plain},
        "gross_yen": amount_of(one).gross,
        "vendor": codes.get(one.vendor_id),
    }
