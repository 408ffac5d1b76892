"""What the page of one task shows, read once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hotline import policy
from hotline.coordination import queries
from hotline.coordination.models import Milestone, Offer, OfferRing, Task
from hotline.coordination.queries.released import Look
from hotline.coordination.rules import ARRANGERS, ENDED, FunctionRule, FunctionsPolicy
from hotline.coordination.rules import tasks as rules
from hotline.coordination.rules.offers import STANDING
from hotline.coordination.rules.tasks import ENGAGED, OPEN_TO_OFFERS
from hotline.db import db
from hotline.edge.language import current
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.people.rules import DESK
from hotline.tickets.models import Ticket
from hotline.timeline import queries as timeline
from hotline.timeline.rules import Audience
from hotline.vendors import queries as vendors
from hotline.vendors.models import Vendor, VendorContact
from hotline.web import releases
from hotline.web.costs import shown as costs
from hotline.web.releases.page import Shown
from hotline.web.tasks import form, stepping, threads
from hotline.web.tickets import story
from hotline.web.tickets import tasks as ticket_tasks

TOKYO_NAME = "Asia/Tokyo"


@dataclass(frozen=True)
class Asked:
    """One offer as its task shows it: who of the partner was told, and who answered."""

    offer: Offer
    vendor: Vendor | None
    told: Sequence[tuple[OfferRing, VendorContact | None]]
    contacts: Sequence[VendorContact]
    answerer: str

    @property
    def name(self) -> str:
        """As the partner writes itself."""
        return self.vendor.name if self.vendor else ""

    @property
    def there(self) -> datetime | None:
        """Until when it has to answer by the clock of the partner, where that is not ours."""
        zone = self.vendor.zone if self.vendor else TOKYO_NAME
        if self.offer.reply_by is None or zone == TOKYO_NAME:
            return None
        return self.offer.reply_by.astimezone(ZoneInfo(zone))


@dataclass(frozen=True)
class Told:
    """What is released to one partner, whether the member agrees to it, and who looked last."""

    partner: Vendor
    pieces: Sequence[Shown]
    may_be_told: bool
    look: Look | None


@dataclass(frozen=True)
class Mark:
    """One milestone: what it is called, and how far it is."""

    code: str
    name: str
    row: Milestone | None

    @property
    def reached_at(self) -> datetime | None:
        """When it was reached; None: not yet."""
        return self.row.reached_at if self.row else None

    @property
    def due_at(self) -> datetime | None:
        """By when it is to be reached; None: at no certain time."""
        return self.row.due_at if self.row else None


def whole(task: Task, viewer: Person, *, now: datetime) -> dict[str, Any]:
    """Everything the desk sees of a task."""
    ticket = db.session.get_one(Ticket, task.ticket_id)
    rule = policy.get(FunctionsPolicy).by_code.get(task.function)
    among = ticket_tasks.rows(ticket.duplicate_of_id or ticket.id)
    row = next((one for one in among if one.task.id == task.id), ticket_tasks.Row(task))
    return {
        "task": task,
        "ticket": ticket,
        "rule": rule,
        "row": row,
        "now": now,
        **_work(task, rule),
        **_waits(task, among),
        **_offers(row),
        **_steps(task, viewer),
        "told": _told(task, ticket),
        "threads": threads.of_task(task, viewer, now=now),
        "money": costs.of_task(task, ticket, viewer),
        "story": story.by_day(timeline.about(rules.subject(task.id), Audience.STAFF)),
        "form": form.written(task),
        "functions": policy.get(FunctionsPolicy),
        "tongue": current(),
        "responsible": people.names([ticket.coordinator_id]).get(ticket.coordinator_id, ""),
    }


def _work(task: Task, rule: FunctionRule | None) -> dict[str, Any]:
    """What was done and handed in so far, and the milestones on the way."""
    found = {one.code: one for one in queries.milestones_of([task.id]).get(task.id, [])}
    known = {one.code: str(getattr(one, current())) for one in rule.milestones} if rule else {}
    codes = [*known, *(code for code in found if code not in known)]
    brought = queries.deliverables_of([task.id]).get(task.id, [])
    ids = [one.handed_in_by_id for one, _ in brought]
    return {
        "milestones": [Mark(code, known.get(code, code), found.get(code)) for code in codes],
        "brought": brought,
        "outputs": rule.outputs if rule else (),
        "log": queries.log_of(task.id),
        "hands": people.names([*ids, task.made_by_id]),
    }


def _waits(task: Task, among: Sequence[ticket_tasks.Row]) -> dict[str, Any]:
    """All that it waits for, what is not there yet, and what else of the incident there is."""
    everything = queries.waiting([task.id], unmet=False).get(task.id, [])
    return {
        "needs": [
            (need, other, ticket_tasks.waits_for(task, need, other)) for need, other in everything
        ],
        "unmet": {
            (need.needs_id, need.output) for need, _ in queries.waiting([task.id]).get(task.id, [])
        },
        "others": [one.task for one in among if one.task.id != task.id],
        "output_of": ticket_tasks.output,
    }


def _offers(row: ticket_tasks.Row) -> dict[str, Any]:
    ids = {one.vendor_id for one in row.offers}
    partners, contacts = vendors.by_ids(ids), vendors.contacts_by_vendor(ids)
    rings = queries.rings_of_offers([one.id for one in row.offers])
    names = people.names(
        [one.person_id for one in row.offers] + [one.made_by_id for one in row.offers]
    )
    asked = [
        _asked(one, partners.get(one.vendor_id), contacts.get(one.vendor_id, []), rings, names)
        for one in row.offers
    ]
    by_id = {one.offer.id: one for one in asked}
    live = [by_id[one.id] for one in row.live]
    return {
        "live": live,
        "queued": [by_id[one.id] for one in row.queued],
        "agreed": [by_id[one.id] for one in row.quoting],
        "over": [by_id[one.id] for one in reversed(row.offers) if one.status not in STANDING],
        "made_by": names,
    }


def _asked(
    offer: Offer,
    vendor: Vendor | None,
    contacts: Sequence[VendorContact],
    rings: Mapping[int, Sequence[OfferRing]],
    names: Mapping[int | None, str],
) -> Asked:
    by_id = {one.id: one for one in contacts}
    told = [(ring, by_id.get(ring.contact_id)) for ring in rings.get(offer.id, [])]
    contact = by_id.get(offer.contact_id) if offer.contact_id else None
    answerer = contact.name if contact else names.get(offer.person_id, "")
    on_duty = [one for one in contacts if one.ended_at is None]
    return Asked(offer, vendor, told, on_duty, answerer)


def _told(task: Task, ticket: Ticket) -> list[Told]:
    """What each partner that works on it may see of the case, and who looked last."""
    return [
        Told(
            one,
            releases.shown(queries.released_to(task.id, one.id)),
            queries.lacks(ticket, one) is None,
            next(iter(queries.looks(task.id, one)), None),
        )
        for one in queries.partners_told(task)
    ]


def _steps(task: Task, viewer: Person) -> dict[str, Any]:
    """What may be done with it, and by this viewer."""
    may_act, may_arrange = bool(viewer.roles & DESK), bool(viewer.roles & ARRANGERS)
    ways = stepping.ways(task, viewer.roles) if may_act else ()
    return {
        "may_act": may_act,
        "may_arrange": may_arrange,
        "has_ended": task.status in ENDED,
        "is_engaged": task.status in ENGAGED and task.vendor_id is not None,
        "open_to_offers": task.status in OPEN_TO_OFFERS,
        "ways": [one for one in ways if not one.needs_reason],
        "explained": [one for one in ways if one.needs_reason],
        "turns": stepping.TURNS,
        "decline_reasons": policy.get(FunctionsPolicy).decline_reason,
    }
