"""A task as each kind of reader gets it: partners and members read less of it."""

from collections.abc import Sequence
from typing import Any

from hotline import policy
from hotline.api.offers import shapes as offer_shapes
from hotline.api.shapes import both
from hotline.coordination import queries
from hotline.coordination.models import Milestone, Offer, Task
from hotline.coordination.queries import working
from hotline.coordination.rules import FunctionsPolicy, steps_open_to
from hotline.edge import words
from hotline.people.models import Person
from hotline.people.rules import READERS, Role
from hotline.tickets import queries as tickets
from hotline.vendors import queries as vendors

WRITTEN = (
    "scope", "scale", "region", "place", "language", "starts_at", "first_result_by", "due_at",
)  # fmt: skip


def shapes(rows: Sequence[Task], viewer: Person) -> list[dict[str, Any]]:
    """Each task as ``viewer`` may read it."""
    ids, staff = [row.id for row in rows], bool(viewer.roles & READERS)
    numbers = tickets.numbers([row.ticket_id for row in rows])
    needs = queries.waiting(ids, unmet=False) if staff else {}
    offers, marks = _offers(ids, viewer), working.milestones_of(ids)
    hidden = _hidden(viewer)
    return [
        {
            **{name: getattr(row, name) for name in PLAIN},
            "ticket": numbers[row.ticket_id],
            "vendor": _vendor(row, viewer),
            "waits_for": [
                {"task": one.needs_id, "output": one.output} for one, _ in needs.get(row.id, ())
            ],
            "next": [
                {"status": step.to, "needs_reason": step.needs_reason}
                for step in steps_open_to(row.status, viewer.roles)
            ],
            "offers": offer_shapes([one for one in offers if one.task_id == row.id], viewer),
            "label": both(words.TASKS_TOLD[row.status]),
            "milestones": _milestones(row, marks[row.id]) if _goes_on(row, viewer) else [],
            **hidden,
        }
        for row in rows
    ]


def _hidden(viewer: Person) -> dict[str, Any]:
    if viewer.roles & READERS:
        return {}
    return NOT_FOR_MEMBERS if Role.MEMBER in viewer.roles else NOT_RELEASED


def _goes_on(row: Task, viewer: Person) -> bool:
    """Whether there is a way to see: a partner that was only asked reads the brief alone."""
    return Role.VENDOR not in viewer.roles or _vendor(row, viewer) is not None


def _milestones(row: Task, marks: Sequence[Milestone]) -> list[dict[str, Any]]:
    """Those on record, in the order of the configuration."""
    rule = policy.get(FunctionsPolicy).by_code.get(row.function)
    reached = {one.code: one for one in marks}
    return [
        {
            "code": one.code,
            "label": {"ja": one.ja, "en": one.en},
            "due_at": reached[one.code].due_at,
            "reached_at": reached[one.code].reached_at,
        }
        for one in (rule.milestones if rule else ())
        if one.code in reached
    ]


PLAIN = (
    "id", "function", "status", "status_since", *WRITTEN, "works", "because", "nobody_left_at",
    "made_at", "version",
)  # fmt: skip

NOT_RELEASED: dict[str, Any] = {"because": [], "nobody_left_at": None}
"""What the desk keeps to itself, as partners get it."""

NOT_FOR_MEMBERS: dict[str, Any] = {
    **NOT_RELEASED,
    **dict.fromkeys(("scope", "scale", "region", "place", "language"), ""),
    **dict.fromkeys(("starts_at", "first_result_by", "due_at")),
    "works": [],
}
"""The words with partners are not the member's, either."""


def _offers(task_ids: Sequence[int], viewer: Person) -> list[Offer]:
    found = queries.offers_of(task_ids)
    if viewer.roles & READERS:
        return found
    own = vendors.by_code(viewer.vendor_code or "")
    return [one for one in found if own and one.vendor_id == own.id and one.offered_at]


def _vendor(row: Task, viewer: Person) -> Any:
    """Who does it; a partner reads itself here or nobody."""
    if row.vendor_id is None:
        return None
    found = vendors.by_id(row.vendor_id)
    told = viewer.roles & TOLD or found.code == viewer.vendor_code
    return found if told else None


TOLD = READERS | {Role.MEMBER}
"""They read who does a task."""
