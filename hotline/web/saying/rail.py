"""What the operator says: the promise, the advice, what is read back; and who is being rung."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import force_locale

from hotline import policy
from hotline.duty import queries as duty
from hotline.duty.models import Page
from hotline.duty.rules import PageStatus
from hotline.edge.language import current, gettext
from hotline.errors import N_
from hotline.followups import queries as promises
from hotline.followups.models import Followup
from hotline.followups.rules import OPEN, PromisePolicy, sentence
from hotline.notices import queries as notices
from hotline.notices.models import Notice
from hotline.notices.rules import Channel, Kind
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.people.rules import Role
from hotline.tickets import queries, rules
from hotline.tickets.models import SaidAdvice, Ticket
from hotline.tickets.queries import ReadBackItem
from hotline.tickets.rules import AdvicePolicy, ReachingPolicy, Spoken
from hotline.web import formats
from hotline.web.deadlines import obliged

LANGUAGES = ("ja", "en")
CODE_GROUP = 3
NO_BREAK = "\N{NO-BREAK SPACE}"
TO_NOTE = N_("Your ticket number is %(number)s, and your code is %(code)s. Please note both.")
LABELS = {
    "number": N_("Ticket number"),
    "code": N_("Code of the caller"),
    "company": N_("Company and site"),
    "caller": N_("Name of the caller"),
    "callback": N_("Number to call back"),
    "safe": N_("Safe contact"),
    "unsafe": N_("What is not used"),
    "noticed": N_("First noticed"),
    "promise": N_("What we promise"),
}
"""What each item of the read-back list is called."""


@dataclass(frozen=True)
class Saying:
    """One line of advice: as it was said, or as it is to be said; ``by`` is "" while it was not.

    ``sent``: it went to several callers at once and was not said on the telephone.
    """

    line: Spoken
    said_at: datetime | None = None
    by: str = ""

    @property
    def sent(self) -> bool:
        """Whether it was sent instead of said."""
        return self.line.code.startswith(rules.BROADCAST)


@dataclass(frozen=True)
class Sayings:
    """Everything to say, what was said among it; ``next`` is the code of the first that was not."""

    do: tuple[Saying, ...]
    dont: tuple[Saying, ...]

    @property
    def all(self) -> tuple[Saying, ...]:
        """Both kinds in the order of saying."""
        return (*self.do, *self.dont)

    @property
    def said(self) -> int:
        """How many were said."""
        return sum(one.said_at is not None for one in self.all)

    @property
    def next(self) -> str:
        """The code of the line that is said next; "" when all were."""
        return next((one.line.code for one in self.all if one.said_at is None), "")


@dataclass(frozen=True)
class Repeat:
    """One thing to read back, in words; ``changed`` when another value was read back."""

    item: str
    label: str
    words: tuple[str, ...]
    digest: str
    said_at: datetime | None
    by: str
    changed: bool

    @property
    def stands(self) -> bool:
        """Whether it was read back as it is now."""
        return self.said_at is not None and not self.changed


@dataclass(frozen=True)
class Ringing:
    """Whom one page rang in its last round, the newest first, and who took it ("" nobody yet)."""

    cause: str
    taken_by: str
    since: datetime
    rung: tuple[tuple[str, datetime], ...]


@dataclass(frozen=True)
class Sending:
    """Where the advice can be sent, and where it went; ``ways`` is channel and address."""

    ways: tuple[tuple[str, str], ...]
    last: tuple[Notice, ...]


def beside(
    ticket: Ticket, chosen: Sequence[str], *, other_kind: str = "", now: datetime
) -> dict[str, Any]:
    """The right column for these case types: everything but the severity."""
    listed = promises.of_ticket(ticket.id)
    promise = next((one for one in listed if one.status in OPEN), None)
    said, items = queries.said_advice(ticket.id), queries.read_back_of(ticket)
    names = people.names({*_sayers(said), *(one.said.said_by_id for one in items if one.said)})
    repeats = [_repeat(one, promise, names, now=now) for one in items]
    return {
        "promise": promise,
        "sentences": _both(_sentences(promise)),
        "to_note": _both(_to_note(ticket)),
        "advice": sayings(chosen, other_kind, said, names),
        "no_claim": obliged.said(),
        "sending": _sending(ticket),
        "repeats": repeats,
        "read_back": _read_back(repeats),
        "oncall": on_call(ticket, now=now),
        "may_override": ticket.status not in rules.ENDED,
        "lines_of_code": in_threes(ticket.caller_code),
        **rung(ticket),
    }


def rung(ticket: Ticket) -> dict[str, Any]:
    """Who is being rung about the ticket, and who took it."""
    pages = [one for one in duty.pages_of(ticket.number) if one.status != PageStatus.CALLED_OFF]
    rings = {page.id: duty.rings_of(page.id) for page in pages}
    someone = {ring.person_id for found in rings.values() for ring in found}
    names = people.names({*someone, *(page.ended_by_id for page in pages)})
    return {
        "ringing": [
            _ringing(page, [(names[one.person_id], one.rung_at) for one in rings[page.id]
                            if one.round == page.rounds], names)
            for page in pages
        ],
        "is_ringing": any(page.status == PageStatus.OPEN for page in pages),
    }  # fmt: skip


def on_call(ticket: Ticket, *, now: datetime) -> Person | None:
    """Who is rung first: to be dialled by hand when nothing else works."""
    on_duty = duty.on_duty(ticket.line, Role.COORDINATOR, now)
    return next(iter(on_duty or people.with_role(Role.COORDINATOR)), None)


def sayings(
    chosen: Sequence[str],
    other_kind: str,
    said: Sequence[SaidAdvice],
    names: dict[int | None, str],
) -> Sayings:
    """What is to be said for these types; what was said stands in the words that were used, also
    when the line is said to nobody any more."""
    kept = {
        one.code: Saying(
            Spoken(one.code, one.kind, one.ja, one.en), one.said_at, names.get(one.said_by_id, "")
        )
        for one in said
    }
    texts = policy.get(AdvicePolicy)
    lines = texts.lines(chosen, other_kind)
    return Sayings(
        do=_of_kind(rules.DO, [one.code for one in lines.do], kept, texts),
        dont=_of_kind(rules.DONT, [one.code for one in lines.dont], kept, texts),
    )


def in_threes(code: str) -> str:
    """The code of a caller as it is read out: 482 170."""
    return f"{code[:CODE_GROUP]} {code[CODE_GROUP:]}" if code else ""


def _of_kind(
    kind: str, codes: Collection[str], kept: dict[str, Saying], texts: AdvicePolicy
) -> tuple[Saying, ...]:
    today = ((code, texts.spoken(code)) for code in codes)
    listed = [kept.get(code) or Saying(line) for code, line in today if line is not None]
    more = [one for code, one in kept.items() if one.line.kind == kind and code not in codes]
    return (*listed, *more)


def _sayers(said: Iterable[SaidAdvice]) -> set[int | None]:
    return {one.said_by_id for one in said}


def _ringing(
    page: Page, rings: Sequence[tuple[str, datetime]], names: dict[int | None, str]
) -> Ringing:
    return Ringing(
        cause=page.cause,
        taken_by=names.get(page.ended_by_id, "") if page.status == PageStatus.TAKEN else "",
        since=page.ended_at or page.opened_at,
        rung=tuple(reversed(rings)),
    )


def _both(said: dict[str, str]) -> dict[str, str]:
    """The reader's language first."""
    return {one: said[one] for one in sorted(said, key=lambda code: code != current())}


def _sentences(promise: Followup | None) -> dict[str, str]:
    if promise is None:
        return {}
    texts = policy.get(PromisePolicy)
    return {
        one: sentence(promise.due_at, in_hours=promise.in_hours, language=one, policy=texts)
        for one in LANGUAGES
    }


def _to_note(ticket: Ticket) -> dict[str, str]:
    """Number and code in one sentence; {} for a ticket that has no code yet."""
    if not ticket.caller_code:
        return {}
    shown = {"number": rules.spaced(ticket.number), "code": in_threes(ticket.caller_code)}
    facts = {name: digits.replace(" ", NO_BREAK) for name, digits in shown.items()}
    said = {}
    for one in LANGUAGES:
        with force_locale(one):
            said[one] = gettext(TO_NOTE, **facts)
    return said


def _sending(ticket: Ticket) -> Sending:
    ways = rules.reach(queries.contacts_of(ticket), policy.get(ReachingPolicy))
    about = notices.about(rules.subject(ticket.number))
    mine = [one for one in about if one.kind == Kind.ADVICE_SENT]
    newest = {one.channel: one for one in mine}
    shown = ways if not ticket.drill and ticket.status not in rules.ENDED else {}
    return Sending(
        ways=tuple((way, _address(way, to)) for way, to in shown.items()),
        last=tuple(newest.values()),
    )


def _address(way: str, to: str) -> str:
    return formats.phone(to) if way == Channel.SMS else to


# Reading back


def _repeat(
    one: ReadBackItem, promise: Followup | None, names: dict[int | None, str], *, now: datetime
) -> Repeat:
    item = one.toread.item
    return Repeat(
        item=item,
        label=gettext(LABELS[item]),
        words=tuple(filter(None, _words(item, one.toread.values, promise, now))),
        digest=one.toread.digest,
        said_at=one.said.said_at if one.said else None,
        by=names.get(one.said.said_by_id, "") if one.said else "",
        changed=one.changed,
    )


def _words(
    item: str, values: tuple[str, ...], promise: Followup | None, now: datetime
) -> tuple[str, ...]:
    match item:
        case "number":
            return (rules.spaced(values[0]),)
        case "code":
            return (in_threes(values[0]),)
        case "unsafe":
            return (gettext("The company's mail and extensions are not used"),)
        case "noticed":
            at = formats.full_moment(datetime.fromisoformat(values[0]), now) if values[0] else ""
            return (at, values[1])
        case "promise":
            return (_sentences(promise).get(current(), ""),)
    return values


def _read_back(repeats: Sequence[Repeat]) -> dict[str, Any]:
    """How far it is: counts, the item that is next ("" when none), and when the last was read."""
    stands = [one.said_at for one in repeats if one.stands and one.said_at is not None]
    return {
        "done": len(stands),
        "all": len(repeats),
        "next": next((one.item for one in repeats if not one.stands), ""),
        "last_at": max(stands, default=None),
        "changed": any(one.changed for one in repeats),
    }
