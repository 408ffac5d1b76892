"""Find who is told of a claimed notice, and mint the secret part of their link."""

from collections.abc import Callable
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
    return Delivery(
        notice_id=notice.id,
        claim_id=claim_id,
        subject=notice.subject,
        kind=kind,
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
    found = recipients.of_audience(notice, alert_mail=work.settings.alert_mail, now=now)
    if not found and notice.channel != Channel.MAIL:
        return None  # Who has no phone is told by mail: each audience is.
    if not found:
        raise DeliveryFailed(f"there is nobody to tell: no {notice.audience}, no alert address")
    by_id = {one.person_id: one for one in found if one.person_id is not None}
    if not by_id:
        return found[0]
    person_id = notices.address(notice, list(by_id), now=now)
    return None if person_id is None else by_id[person_id]
