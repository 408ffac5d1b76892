"""A partner's own estimate for one task, line by line."""

from datetime import datetime

from flask import request
from flask.typing import ResponseReturnValue

from hotline.coordination.models import CostLine
from hotline.coordination.queries import costs
from hotline.coordination.queries.own import Own
from hotline.coordination.rules import LineGiven
from hotline.coordination.service import costing
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.edge.language import gettext
from hotline.errors import Missing
from hotline.people.rules import Role
from hotline.vendors.models import Vendor
from hotline.web import typed
from hotline.web.partner.frame import bp
from hotline.web.partner.task import act

FIELDS = ("item", "unit", "quantity", "unit_price_yen", "tax_mode")


@bp.post("/tasks/<int:task_id>/quote")
@allow(Role.VENDOR)
def add_line(task_id: int) -> ResponseReturnValue:
    """Name a price for one item."""

    def add(vendor: Vendor, one: Own, now: datetime) -> str:
        costing.quote(one.task, vendor.id, _given(one), by_id=person().id, now=now)
        return gettext("The line stands in your estimate.")

    return act(task_id, "quote", add)


@bp.post("/tasks/<int:task_id>/quote/<int:line_id>")
@allow(Role.VENDOR)
def change_line(task_id: int, line_id: int) -> ResponseReturnValue:
    """Write one line anew."""

    def change(vendor: Vendor, one: Own, now: datetime) -> str:
        line = _line(one, vendor, line_id)
        version = typed.id_or_none(request.form.get("version", "")) or 0
        costing.change_quote(
            line, vendor.id, _given(one), version=version, by_id=person().id, now=now
        )
        return gettext("The line is changed.")

    return act(task_id, f"quote-{line_id}", change)


@bp.post("/tasks/<int:task_id>/quote/<int:line_id>/drop")
@allow(Role.VENDOR)
def drop_line(task_id: int, line_id: int) -> ResponseReturnValue:
    """Take one line back."""

    def drop(vendor: Vendor, one: Own, now: datetime) -> str:
        line = _line(one, vendor, line_id)
        costing.drop_quote(line, vendor.id, by_id=person().id, now=now)
        return gettext("The line is taken back.")

    return act(task_id, f"quote-{line_id}", drop)


def _line(one: Own, vendor: Vendor, line_id: int) -> CostLine:
    """A line of the reader's company on this very task. Raises Missing."""
    line, task = costs.line_of_vendor(line_id, vendor.id)
    if task.id != one.task.id:
        raise Missing()
    return line


def _given(one: Own) -> LineGiven:
    item, unit, quantity, price, tax = (request.form.get(name, "") for name in FIELDS)
    return LineGiven(one.task.function, item, unit, quantity, price, tax)
