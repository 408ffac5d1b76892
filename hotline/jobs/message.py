"""One claimed notice, in the words and with the link that its reader gets."""

from dataclasses import dataclass, field
from datetime import datetime
from string import Formatter
from urllib.parse import urlsplit

from hotline.jobs.recipients import Address
from hotline.jobs.work import Work
from hotline.notices import rules
from hotline.notices.rules import CALLER, Channel, Kind, Told, Words

PATHS = {
    Kind.PROMISE_DUE: "/tickets/{number}",
    Kind.INVITE: "/invite/{token}",
    Kind.RESET: "/reset/{token}",
    Kind.ACCOUNT_CHANGED: "/me",
    Kind.PASSKEY_COPIED: "/people/{person}",
    Kind.NOBODY_ON_DUTY: "/duty",
    Kind.UNDELIVERED: "/tickets/{number}",
    Kind.BACKLOG: "/readyz",
    Kind.CALENDAR_ENDS: "/calendar",
    Kind.RECEIVED: "/status/{token}",
    Kind.PROMISE_LATE: "/tickets/{number}",
    Kind.NEXT_TRY: "/tickets/{number}",
    Kind.PAGE: "/tickets/{number}",
    Kind.PAGE_UNANSWERED: "/tickets/{number}",
    Kind.HANDED_OVER: "/tickets/{number}",
    Kind.RECORDING_UNFETCHED: "/calls",
    Kind.ADVICE_SENT: "/status/{token}/advice",
    Kind.DUTY_GAP: "/duty",
    Kind.SWAP_ASKED: "/duty",
    Kind.SWAP_AGREED: "/duty",
    Kind.SWAP_DECLINED: "/duty",
    Kind.SHIFT_GIVEN: "/duty",
    Kind.SHIFT_TAKEN: "/duty",
    Kind.OFFER: "/offers/{token}",
    Kind.OFFER_ACCEPTED: "/tasks/{task}",
    Kind.OFFER_DECLINED: "/tasks/{task}",
    Kind.OFFER_SILENT: "/tasks/{task}",
    Kind.OFFER_LOST: "/",
    Kind.NOBODY_LEFT: "/tasks/{task}",
    Kind.TASK_DELIVERED: "/tasks/{task}",
    Kind.TASK_RETURNED: "/partner/tasks/{task}",
    Kind.TASK_CHECKED: "/partner/tasks/{task}",
    Kind.TASK_LATE: "/tasks/{task}",
    Kind.APPROVAL_ASKED: "/approvals/{approval}",
    Kind.APPROVAL_ANSWERED: "/tickets/{number}/costs",
    Kind.APPROVAL_WITHDRAWN: "/tickets/{number}/costs",
    Kind.ESTIMATE_ANSWERED: "/partner/tasks/{task}",
    Kind.CLOCK_NEAR: "/tickets/{number}",
    Kind.CLOCK_PASSED: "/tickets/{number}",
    Kind.OBLIGATION_OPEN: "/portal/tickets/{number}#obligations",
    Kind.WEB_INTAKE: "/tickets/{number}",
    Kind.RELEASED: "/partner/tasks/{task}",
    Kind.DESK_WROTE: "/partner/tasks/{task}#threads",
    Kind.PARTNER_WROTE: "/tasks/{task}#threads",
    Kind.UPLOAD_LINK: "/send/{token}",
    Kind.FILE_RECEIVED: "/tickets/{number}/files",
    Kind.FILE_INFECTED: "/tickets/{number}/files",
    Kind.FILE_UNSCANNED: "/tickets/{number}/files",
    Kind.MEMBER_WROTE: "/tickets/{number}/correspondence#thread",
    Kind.DESK_WROTE_MEMBER: "/portal/tickets/{number}#thread",
    Kind.NEED_ASKED: "/portal/tickets/{number}#needs",
    Kind.CONTACT_GIVEN: "/tickets/{number}/correspondence#contacts",
    Kind.CONTACT_CHANGED: "/status",
    Kind.STATUS_CODE: "/status",
}
"""Where the link of each kind leads, below HOTLINE_PUBLIC_URL; its places are facts."""

WITHOUT_ACCOUNT = {
    Kind.DESK_WROTE_MEMBER: "/status",
    Kind.NEED_ASKED: "/status",
    Kind.OBLIGATION_OPEN: "/status",
}
"""Where it leads whoever called: a code sent to the phone opens the same there."""


@dataclass(frozen=True)
class Delivery:
    """One claimed notice and everything that is needed to send it without the database."""

    notice_id: int
    claim_id: str
    subject: str
    kind: Kind
    channel: Channel
    audience: str
    facts: dict[str, object]
    due_at: datetime
    dedup_key: str
    to: Address
    token: str = field(default="", repr=False)  # It exists in this message only.

    @property
    def address(self) -> str:
        """The mail address or the phone number that this channel uses; "" when there is none."""
        return self.to.mail if self.channel is Channel.MAIL else self.to.phone


def words(delivery: Delivery, work: Work) -> Words:
    """The finished text in the recipient's language, as this channel words it."""
    language = delivery.to.language
    told = Told(_facts(delivery, work), delivery.due_at, link(delivery, work), language)
    text = work.texts.text(delivery.kind, language, delivery.channel)
    return rules.compose(text, told, now=work.now())


def _facts(delivery: Delivery, work: Work) -> dict[str, object]:
    """What fills the text; a code stands in it as it is, beside the host it is good at."""
    if delivery.kind is not Kind.STATUS_CODE:
        return delivery.facts
    host = urlsplit(work.settings.public_url).hostname
    return {**delivery.facts, "code": delivery.token, "host": host}


def link(delivery: Delivery, work: Work) -> str:
    """Where the reader goes on; the start page when a fact is missing that leads further."""
    places: dict[str, object] = {**delivery.facts, "token": delivery.token}
    path = PATHS[delivery.kind]
    if delivery.audience == CALLER:
        path = WITHOUT_ACCOUNT.get(delivery.kind, path)
    if delivery.facts.get("drill"):  # Whoever plays the partner stays on the pages of the desk.
        path = path.removeprefix("/partner")
    needed = [name for _, name, _, _ in Formatter().parse(path) if name]
    if not all(places.get(name) for name in needed):
        return f"{work.settings.public_url}/"
    return work.settings.public_url + path.format_map(places)
