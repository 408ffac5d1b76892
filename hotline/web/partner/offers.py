"""What a contact of a partner sees who follows our link: the request, and the two answers.

The link is the only right that is asked for. Mail programs follow links by themselves, so that
looking answers nothing; the page takes one answer, and from then on it tells nothing more.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from zoneinfo import ZoneInfo

import structlog
from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from hotline import clock, policy
from hotline.clock import TOKYO
from hotline.coordination import service as coordination
from hotline.coordination.models import Offer
from hotline.coordination.queries import linked
from hotline.coordination.queries.linked import Barred, Linked
from hotline.coordination.rules import Answered, OfferStatus
from hotline.coordination.rules.offers import offer_subject
from hotline.duty.rules import LinesPolicy
from hotline.edge import language, offer_links, requests
from hotline.edge.access import public
from hotline.edge.errors import said
from hotline.edge.identity import settings
from hotline.errors import N_, Invalid, Problem, Refused
from hotline.web.partner import briefs
from hotline.web.unlisted import unlisted

log = structlog.get_logger(__name__)

bp = Blueprint("offers", __name__)

ANSWERED, LATE, TAKEN, TAKEN_BACK = "answered", "late", "taken", "taken_back"

ENDINGS = {
    ANSWERED: (
        N_("You have answered this already."),
        N_("If your answer has changed, please call us."),
    ),
    LATE: (
        N_("The time to answer is over."),
        N_("We are asking another company now. Thank you for looking at it."),
    ),
    TAKEN: (
        N_("Another company has taken this on."),
        N_("Thank you for considering it. There is nothing to answer any more."),
    ),
    TAKEN_BACK: (
        N_("We took this request back."),
        N_("Thank you for looking at it. There is nothing to answer any more."),
    ),
}
"""What is said where nothing can be answered any more: no word of what it was about."""

THANKS = {
    OfferStatus.ACCEPTED: (
        N_("Thank you for taking it on."),
        N_("The coordinator is told at once and calls you. Nobody is rung for it any more."),
    ),
    OfferStatus.DECLINED: (
        N_("Thank you for your answer."),
        N_("We ask another company. You need not do anything more."),
    ),
}


@bp.get("/offers/<token>")
@public
def show(token: str) -> ResponseReturnValue:
    """What is asked, and by when to answer; whoever only looks answers nothing."""
    now = clock.now()
    found = _behind(token, now=now)
    if found is None:
        return _dead()
    if ending := _ending(found, now=now):
        return _over(found, ending)
    requests.note_read(offer_subject(found.offer.id), by="link", contact=found.contact.id)
    return _question(found, {}, now=now)


@bp.post("/offers/<token>")
@public
def answer(token: str) -> ResponseReturnValue:
    """Take it on or decline; the same answer once more is the same page, and nothing new."""
    now = clock.now()
    found = _behind(token, now=now)
    if found is None:
        return _dead()
    try:
        offer = _answered(found, now=now)
    except Invalid as problem:
        return _question(found, said(problem), now=now)
    except Refused:
        return _over(found, _ending(found, now=now) or TAKEN)
    if offer.contact_id != found.contact.id:
        return _over(found, ANSWERED)
    return _thanks(found, OfferStatus(offer.status))


def _behind(token: str, *, now: datetime) -> Linked | None:
    """What the link opens; whatever is wrong with it is noted, and told to nobody."""
    link = offer_links.read(token, settings())
    if link is None:
        _note("offer", "forged", 0)
        return None
    found = linked.behind(link.offer_id, link.contact_id, now=now)
    if isinstance(found, Barred):
        _note(offer_subject(link.offer_id), found, link.contact_id)
        return None
    language.prefer(found.contact.locale)
    return found


def _note(subject: str, why: str, contact_id: int) -> None:
    log.warning("offer.refused", subject=subject, why=why, contact=contact_id)
    requests.note_refused(subject, why=why, by="link", contact=contact_id)


def _ending(found: Linked, *, now: datetime) -> str:
    """Why it cannot be answered any more; "" while it can."""
    offer = found.offer
    status = OfferStatus(offer.status)
    taken = found.task.vendor_id not in (None, offer.vendor_id)
    if status is OfferStatus.EXPIRED and taken:
        return TAKEN
    if status is OfferStatus.OFFERED:
        return LATE if offer.reply_by is not None and now >= offer.reply_by else ""
    return OVER[status]


OVER = {
    OfferStatus.ACCEPTED: ANSWERED,
    OfferStatus.DECLINED: ANSWERED,
    OfferStatus.EXPIRED: LATE,
    OfferStatus.WITHDRAWN: TAKEN_BACK,
}


def _answered(found: Linked, *, now: datetime) -> Offer:
    """The answer that was chosen, put on record. Raises Invalid, and Refused when it is over."""
    act = ACTS.get(request.form.get("answer", ""))
    if act is None:
        raise Invalid({"answer": Problem(N_("Please choose one of the two answers."))})
    return act(found, now)


def _accept(found: Linked, now: datetime) -> Offer:
    return coordination.accept(
        found.offer, answered=Answered.LINK, contact_id=found.contact.id, now=now
    )


def _decline(found: Linked, now: datetime) -> Offer:
    return coordination.decline(
        found.offer,
        request.form.get("reason", ""),
        request.form.get("text", ""),
        answered=Answered.LINK,
        contact_id=found.contact.id,
        now=now,
    )


ACTS: Mapping[str, Callable[[Linked, datetime], Offer]] = {"accept": _accept, "decline": _decline}


def _question(found: Linked, errors: Mapping[str, str], *, now: datetime) -> ResponseReturnValue:
    offer, zone = found.offer, ZoneInfo(found.vendor.zone)
    line = policy.get(LinesPolicy).line(found.ticket.line)
    return unlisted(
        "offers/show.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
        brief=briefs.of(found.task, found.ticket, offer),
        offer=offer,
        vendor=found.vendor,
        contact=found.contact,
        drill=found.ticket.drill,
        # Somebody in another zone reads the time in both.
        there=offer.reply_by.astimezone(zone) if zone != TOKYO and offer.reply_by else None,
        reasons=briefs.reasons(),
        chosen=request.form.get("reason", ""),
        text=request.form.get("text", ""),
        declining=request.form.get("answer") == "decline",
        errors=errors,
        line=line,
        now=now,
    )


def _thanks(found: Linked, status: OfferStatus) -> ResponseReturnValue:
    heading, text = THANKS[status]
    taken = status is OfferStatus.ACCEPTED
    return unlisted(
        "offers/over.html",
        HTTPStatus.OK,
        heading=heading,
        text=text,
        line=policy.get(LinesPolicy).line(found.ticket.line),
        onward=url_for("partner.task", task_id=found.task.id) if taken else "",
        kept=True,
    )


def _over(found: Linked, ending: str) -> ResponseReturnValue:
    _note(offer_subject(found.offer.id), ending, found.contact.id)
    heading, text = ENDINGS[ending]
    line = policy.get(LinesPolicy).line(found.ticket.line)
    return unlisted(
        "offers/over.html", HTTPStatus.GONE, heading=heading, text=text, line=line, kept=False
    )


def _dead() -> ResponseReturnValue:
    """Whatever is wrong with a link, the same bytes."""
    lines = policy.get(LinesPolicy).lines
    return unlisted("offers/dead.html", HTTPStatus.NOT_FOUND, lines=lines)
