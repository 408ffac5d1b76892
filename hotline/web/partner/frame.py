"""Who asks on the pages of partners, and which of their tasks is meant."""

from datetime import datetime

from flask import Blueprint

from hotline.coordination.queries import own
from hotline.coordination.queries.own import Own
from hotline.coordination.rules.offers import Standing
from hotline.edge.identity import person
from hotline.errors import Missing
from hotline.vendors import queries as vendors
from hotline.vendors.models import Vendor
from hotline.vendors.rules import contract_day

bp = Blueprint("partner", __name__, url_prefix="/partner")


def company(*, now: datetime) -> Vendor | None:
    """The partner for which the reader works; None once it is withdrawn or out of contract."""
    return vendors.of_person(person(), on=contract_day(now))


def found(task_id: int, *, now: datetime) -> tuple[Vendor, Own]:
    """One task of the reader's company. Raises Missing for every other one, there or not."""
    vendor = company(now=now)
    listed = own.own_tasks(person(), vendor.id, now=now, task_id=task_id) if vendor else []
    if vendor is None or not listed:
        raise Missing()
    return vendor, listed[0]


def engaged(task_id: int, *, now: datetime) -> tuple[Vendor, Own]:
    """One task that the reader's company does. Raises Missing for every other one."""
    vendor, one = found(task_id, now=now)
    if one.standing is not Standing.ENGAGED:
        raise Missing()
    return vendor, one
