"""Partners answer: one of them does the work, however many accept at the same moment."""

from dataclasses import dataclass
from datetime import datetime

from hotline.calendars import service as calendars
from hotline.coordination import queries
from hotline.coordination.models import Offer, Task
from hotline.coordination.rules import (
    Actor,
    Answered,
    DeclineReason,
    FunctionsPolicy,
    OfferStatus,
    TaskStatus,
)
from hotline.coordination.rules.offers import (
    TAKEN_BACK,
    TEXT_LETTERS,
    Asked,
    check_choosable,
    is_repeated,
)
from hotline.coordination.rules.tasks import check_open_to_offers, find_step
from hotline.coordination.service import asking, stepping, telling
from hotline.coordination.service.asking import Asking
from hotline.coordination.service.holding import ticket_of
from hotline.coordination.service.offering import hold
from hotline.coordination.service.stepping import Moved
from hotline.db import db
from hotline.errors import N_, Invalid, Problem, Refused
from hotline.notices.rules import Kind
from hotline.policy import get
from hotline.searchkeys import clean_text
from hotline.timeline.rules import Event
from hotline.vendors import queries as vendors
from hotline.vendors.rules import contract_day

SIDE = {Answered.DESK: Actor.DESK}
"""On whose side an answer moves the task; all other ways are the partner's own."""


@dataclass(frozen=True)
class Answer:
    """How an answer came, from which account or which contact, and when."""

    answered: Answered
    person_id: int | None
    contact_id: int | None
    now: datetime

    @property
    def moved(self) -> Moved:
        """The step that is made by it."""
        return Moved(self.person_id, self.now)


def accept(
    offer: Offer,
    *,
    answered: Answered,
    person_id: int | None = None,
    contact_id: int | None = None,
    now: datetime,
) -> Offer:
    """The partner takes it on: it does the work, or for a price alone it makes an estimate.

    Of several that accept at the same moment one is engaged; the others are refused with a kind
    sentence. The same answer again is the same answer; any other one is Refused, and so is one at
    or after ``reply_by``.
    """
    held = hold(offer)
    answer = Answer(answered, person_id, contact_id, now)
    if is_repeated(_asked(held, offer), OfferStatus.ACCEPTED, now=now):
        return offer
    _check_partner(held.task, offer, now=now)
    _note_answer(offer, answer)
    asking.end(offer, OfferStatus.ACCEPTED, answer.moved, by=str(answered), contact=contact_id)
    if offer.for_quote:
        _promise_quote(held.task, offer, answer.moved)
    else:
        actor = SIDE.get(answered, Actor.VENDOR)
        _engage(held, offer, answer.moved, actor=actor, event=Event.OFFER_ACCEPTED)
    telling.tell_desk(held.task, Kind.OFFER_ACCEPTED, now=now)
    return offer


def decline(  # noqa: PLR0913 - an answer is exactly these things
    offer: Offer,
    reason: str,
    text: str = "",
    *,
    answered: Answered,
    person_id: int | None = None,
    contact_id: int | None = None,
    now: datetime,
) -> Offer:
    """The partner says no: the coordinator is told, and the next in line is asked.

    ``reason`` is a code of config/functions.toml. Raises Invalid for a reason there is none of or
    words that are missing, and Refused as ``accept`` does.
    """
    held = hold(offer)
    answer = Answer(answered, person_id, contact_id, now)
    if is_repeated(_asked(held, offer), OfferStatus.DECLINED, now=now):
        return offer
    why = _reason(reason)
    offer.decline_text = _checked_text(why, text)
    offer.decline_reason = reason
    _note_answer(offer, answer)
    asking.end(offer, OfferStatus.DECLINED, answer.moved, by=str(answered), reason=reason)
    facts = {
        "vendor": asking.name(offer),
        "decline_reason": stepping.both(why),
        "text": offer.decline_text,
    }
    stepping.tell(held.task, Event.OFFER_DECLINED, answer.moved, facts)
    telling.tell_desk(held.task, Kind.OFFER_DECLINED, now=now)
    asking.go_on(held, offer, answer.moved, alarm=True)
    return offer


def engage(offer: Offer, *, by_id: int, now: datetime) -> Offer:
    """Choose one of those that agreed to make an estimate: it does the work, the others are
    thanked. Raises Refused when another one does it already, or this one cannot be chosen."""
    held = hold(offer)
    if offer.engaged_at is not None and held.task.vendor_id == offer.vendor_id:
        return offer
    check_open_to_offers(held.task.status)
    check_choosable(offer.status, offer.engaged_at)
    _check_partner(held.task, offer, now=now)
    _engage(held, offer, Moved(by_id, now), actor=Actor.DESK, event=Event.QUOTE_CHOSEN)
    return offer


def _asked(held: Asking, offer: Offer) -> Asked:
    taken = held.task.vendor_id not in (None, offer.vendor_id)
    return Asked(offer.status, offer.reply_by, taken=taken)


def _check_partner(task: Task, offer: Offer, *, now: datetime) -> None:
    """Whoever is no partner any more, or stands on the other side by now, cannot take it on."""
    vendor = vendors.by_id(offer.vendor_id)
    against = queries.conflicting(ticket_of(task))
    if vendor.id in against or not vendors.is_partner(vendor, on=contract_day(now)):
        raise Refused(TAKEN_BACK)


def _note_answer(offer: Offer, answer: Answer) -> None:
    offer.answered_by = answer.answered
    offer.person_id, offer.contact_id = answer.person_id, answer.contact_id


def _promise_quote(task: Task, offer: Offer, moved: Moved) -> None:
    stepping.tell(task, Event.QUOTE_PROMISED, moved, {"vendor": asking.name(offer)})


def _engage(held: Asking, offer: Offer, moved: Moved, *, actor: Actor, event: Event) -> None:
    """From here on this partner does the task, and nobody else is asked any more."""
    task = held.task
    find_step(task.status, TaskStatus.ACCEPTED, actor=actor)
    asking.end_all(held, moved, but=offer)
    offer.engaged_at = moved.now
    task.vendor_id, task.nobody_left_at = offer.vendor_id, None
    _plan_milestones(task, now=moved.now)
    stepping.tell(task, event, moved, {"vendor": asking.name(offer)})
    stepping.go(task, TaskStatus.ACCEPTED, moved, line=False)
    asking.note(offer, "engaged", moved, vendor=offer.vendor_id)
    db.session.flush()


def _plan_milestones(task: Task, *, now: datetime) -> None:
    """What has no time yet is usually reached so long after the start."""
    start = max(now, task.starts_at or now)
    rule, calendar = get(FunctionsPolicy).by_code[task.function], calendars.current("hotline")
    dues = rule.dues(start, calendar, latest=task.due_at)
    for one in queries.milestones_of([task.id])[task.id]:
        if one.reached_at is None and one.due_at is None:
            one.due_at = dues.get(one.code)


def _reason(code: str) -> DeclineReason:
    reason = get(FunctionsPolicy).decline_reasons.get(code)
    if reason is None:
        raise Invalid({"reason": Problem(N_("Choose one of the reasons."))})
    return reason


def _checked_text(reason: DeclineReason, text: str) -> str:
    try:
        cleaned = clean_text(text, TEXT_LETTERS).strip()
    except Problem as problem:
        raise Invalid({"text": problem}) from None
    if reason.needs_text and not cleaned:
        raise Invalid({"text": Problem(N_("Say why, in a few words."))})
    return cleaned
