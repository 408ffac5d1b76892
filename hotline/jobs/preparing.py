"""Find who is told of a claimed notice, and mint the secret part of their link."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from hotline.adapters.outgoing import DeliveryFailed
from hotline.calls import service as calls
from hotline.edge import offer_links, status_links, upload_links
from hotline.evidence import queries as evidence
from hotline.jobs import partners, recipients, status_codes
from hotline.jobs.message import Delivery
from hotline.jobs.recipients import Address
from hotline.jobs.work import Work
from hotline.notices import rules
from hotline.notices import service as notices
from hotline.notices.models import Notice
from hotline.notices.rules import CALLER, OLD_CONTACT, Channel, Kind
from hotline.people import service as people
from hotline.people.rules import LinkKind


def prepare(notice: Notice, claim_id: str, work: Work, *, now: datetime) -> Delivery | None:
    """Find the recipient and mint the link; None when there is nobody to tell any more."""
    to, token, kind = _recipient(notice, work, now=now), "", Kind(notice.kind)
    if kind is Kind.CALL_BACK and (to is None or now > notice.due_at + calls.RINGS_WITHIN):
        calls.not_placed(int(notice.subject.removeprefix("call:")), now=now)
        return None
    minted = kind in MINTED and not _has_an_account(notice)
    if to is not None and minted:
        token = MINTED[kind](notice, work, now)
    if to is None or (minted and not token):
        notices.drop(notice, now=now)
        return None
    return _delivery(notice, claim_id, to, token=token, now=now)


def prepare_together(
    taken: Sequence[Notice], claim_id: str, work: Work, *, now: datetime
) -> dict[int, Delivery | None]:
    """What ``prepare`` answers, by notice, for those that tell an audience of a promise.

    At nine o'clock they are thousands: tickets, duty and accounts are asked for once for all.
    """
    meant = [one for one in taken if one.kind in TOGETHER and one.audience and not one.person_id]
    if not meant:
        return {}
    alert_mail, tickets = work.settings.alert_mail, recipients.tickets_of(meant)
    found: dict[tuple[object, ...], list[Address]] = {}
    people: dict[int, dict[int, Address]] = {}
    for notice in meant:
        ticket = tickets.get(str(notice.facts.get("number", "")))
        whose = (ticket.line, ticket.coordinator_id) if ticket is not None else ()
        key = (notice.audience, notice.channel, *whose)
        if key not in found:
            found[key] = recipients.of_audience(notice, ticket, alert_mail=alert_mail, now=now)
        people[notice.id] = {one.person_id: one for one in found[key] if one.person_id is not None}
    # A bare address, or nobody at all, is for ``prepare``.
    known = [(notice, list(people[notice.id])) for notice in meant if people[notice.id]]
    chosen = notices.address_all(known, now=now)
    return {
        notice.id: _for_one_of(notice, people[notice.id], chosen[notice.id], claim_id, now=now)
        for notice, _ in known
    }


TOGETHER = frozenset({Kind.PROMISE_DUE, Kind.PROMISE_LATE})
"""What is told in masses, needs no link of its own and no facts but those it has."""


def _for_one_of(
    notice: Notice,
    people: Mapping[int, Address],
    person_id: int | None,
    claim_id: str,
    *,
    now: datetime,
) -> Delivery | None:
    if person_id is None:
        notices.drop(notice, now=now)
        return None
    return _delivery(notice, claim_id, people[person_id], now=now)


def _delivery(
    notice: Notice, claim_id: str, to: Address, *, token: str = "", now: datetime
) -> Delivery:
    return Delivery(
        notice_id=notice.id,
        claim_id=claim_id,
        subject=notice.subject,
        kind=Kind(notice.kind),
        channel=Channel(notice.channel),
        audience=notice.audience or str(notice.facts.get("audience", "")),
        facts={**notice.facts, **recipients.facts(notice, to.language, now=now)},
        due_at=notice.due_at,
        dedup_key=notice.dedup_key,
        to=to,
        token=token,
    )


def _invitation(notice: Notice, _work: Work, now: datetime) -> str:
    return people.mint_link(notice.person_id or 0, LinkKind.INVITE, now=now) or ""


def _reset(notice: Notice, _work: Work, now: datetime) -> str:
    return people.mint_link(notice.person_id or 0, LinkKind.RESET, now=now) or ""


def _status_link(notice: Notice, work: Work, now: datetime) -> str:
    number, until = recipients.shown_until(notice, now=now)
    return status_links.mint(number, until, work.settings)


def _has_an_account(notice: Notice) -> bool:
    """Whether it is an offer to somebody who signs in and answers there: they need no link."""
    return notice.kind == Kind.OFFER and rules.contact_id(notice.audience) is None


def _offer_link(notice: Notice, work: Work, _now: datetime) -> str:
    offer_id = int(notice.subject.removeprefix("offer:"))
    return offer_links.mint(offer_id, rules.contact_id(notice.audience) or 0, work.settings)


def _upload_link(notice: Notice, work: Work, now: datetime) -> str:
    link = evidence.link_by_id(int(notice.subject.removeprefix("upload_link:")))
    if link is None or not evidence.is_open(link, now=now):
        return ""
    return upload_links.mint(link.id, work.settings)


MINTED: dict[Kind, Callable[[Notice, Work, datetime], str]] = {
    Kind.INVITE: _invitation,
    Kind.RESET: _reset,
    Kind.RECEIVED: _status_link,
    Kind.ADVICE_SENT: _status_link,
    Kind.OFFER: _offer_link,
    Kind.UPLOAD_LINK: _upload_link,
    Kind.STATUS_CODE: status_codes.mint,
}
"""What makes a code or the secret part of a link when it is sent; "" when nobody may have one."""


def _recipient(notice: Notice, work: Work, *, now: datetime) -> Address | None:
    """Who is told; for an audience each of its people gets a notice of their own."""
    for is_meant, found in OTHERS:
        if is_meant(notice):
            return found(notice)
    chosen = recipients.of_person(notice.person_id) if notice.person_id else None
    if chosen is not None or not notice.audience:
        return chosen
    return _one_of_the_audience(notice, work, now=now)


OTHERS: tuple[tuple[Callable[[Notice], bool], Callable[[Notice], Address | None]], ...] = (
    (status_codes.is_one, status_codes.of_phone),
    (partners.is_played, partners.who_plays),
    (lambda notice: notice.audience == CALLER, recipients.of_caller),
    (lambda notice: notice.audience == OLD_CONTACT, recipients.of_old_contact),
    (lambda notice: rules.contact_id(notice.audience) is not None, partners.of_contact),
)
"""Who is told that is neither one account nor those on duty; the first that fits."""


def _one_of_the_audience(notice: Notice, work: Work, *, now: datetime) -> Address | None:
    ticket, alert_mail = recipients.ticket_of(notice), work.settings.alert_mail
    found = recipients.of_audience(notice, ticket, alert_mail=alert_mail, now=now)
    if not found and notice.channel != Channel.MAIL:
        return None  # Who has no phone is told by mail: each audience is.
    if not found:
        raise DeliveryFailed(f"there is nobody to tell: no {notice.audience}, no alert address")
    by_id = {one.person_id: one for one in found if one.person_id is not None}
    if not by_id:
        return found[0]
    person_id = notices.address(notice, list(by_id), now=now)
    return None if person_id is None else by_id[person_id]
