"""The life of one filled ticket, in the rows that the verbs would have written.

Keys, promises, escalations and digests come from the features' own rules, columns and defaults
from their models: what a feature changes there, the filled rows follow.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from _bench import texts
from _bench.shapes import Sheaf
from hotline import policy
from hotline.audit.models import AuditEntry
from hotline.calendars.rules import Calendar, ServiceStart
from hotline.calendars.rules import reason as reason_of
from hotline.calls.models import Call
from hotline.calls.rules import Status as CallStatus
from hotline.calls.service.holding import as_shown
from hotline.clock import TOKYO
from hotline.deadlines.models import Obligation
from hotline.deadlines.rules import ObligationsPolicy, owed
from hotline.followups.models import Followup
from hotline.followups.rules import EscalationPolicy, escalations, take_up_by
from hotline.followups.rules import Status as Promise
from hotline.notices.models import Notice
from hotline.notices.rules import CALLER, Channel, Kind, dedup_key, recipient
from hotline.notices.rules import Status as Told
from hotline.people.rules import Role
from hotline.tickets import rules
from hotline.tickets.models import Ticket, TicketCaseType
from hotline.tickets.rules import CaseTypesPolicy, ReferralsPolicy, Status
from hotline.tickets.service.holding import make_findable
from hotline.timeline.models import Line
from hotline.timeline.rules import SEEN_BY, Event

DAYS = 3 * 365
"""So far back the oldest ticket reaches."""

ROOM = 32
"""So many ids of lines, entries and notices each ticket may use: who counts on needs no lock."""

MISSED_EVERY = 20
JOINED_EVERY = 50

FACTS = ("company", "caller_name", "caller_phone", "caller_email", "member_number", "summary")
UNKNOWN = dict.fromkeys(
    ("site", "caller_kana", "callback_phone", "safe_phone", "safe_email", "callback_hours"), ""
)
GOES_ON = (
    (Status.HEARING, 20), (Status.ADVISED, 15), (Status.COORDINATING, 30), (Status.RESPONDING, 20),
    (Status.SETTLING, 10), (Status.ON_HOLD, 5),
)  # fmt: skip
"""Where an open ticket stands whose promise was kept, and how often."""


@dataclass(frozen=True)
class World:
    """What all filled tickets share; ``until`` is the moment up to which they were filled."""

    count: int
    seed: int
    until: datetime
    operators: tuple[int, ...]
    coordinators: tuple[int, ...]
    calendars: Mapping[str, Calendar]

    @property
    def companies(self) -> int:
        """So many companies call."""
        return max(20, min(5_000, self.count // 20))

    @property
    def members(self) -> int:
        """So many of them are members."""
        return self.companies * 2 // 5

    @property
    def incidents(self) -> int:
        """So many different incidents are told; each comes back now and then."""
        return max(50, min(10_000, self.count))


@dataclass
class Life:
    """One ticket on its way; ``at`` is now, as its story goes."""

    world: World
    sheaf: Sheaf
    place: int
    draw: random.Random
    told: texts.Told
    line: str
    start: ServiceStart
    severity: str
    operator: int
    coordinator: int
    at: datetime
    number: str
    used: dict[str, int] = field(default_factory=dict)

    @property
    def id(self) -> int:
        """The place of the first ticket is 0."""
        return self.place + 1

    def go_on(self, after: timedelta) -> None:
        """Time passes, but never beyond the moment up to which is filled."""
        self.at = min(self.at + after, self.world.until)

    def write(
        self, event: Event, *, by: int | None, at: datetime | None = None, **facts: object
    ) -> None:
        """One line of the story."""
        self.sheaf.add(
            Line, id=self._next("line"), ticket_id=self.id, at=at or self.at, event=event,
            facts=facts, audience=SEEN_BY[event], person_id=by,
        )  # fmt: skip

    def note(self, action: str, subject: str, *, by: int | None, **detail: object) -> None:
        """One entry of the trail, to be sealed when it is written."""
        self.sheaf.add(
            AuditEntry, id=self._next("entry"), at=self.at, person_id=by, action=action,
            subject=subject, detail=detail,
        )  # fmt: skip

    def tell(self, about: str, kind: Kind, at: datetime, status: Told, **how: Any) -> None:
        """One notice; ``how``: audience, channel, facts."""
        channel = how.get("channel", Channel.MAIL)
        key = dedup_key(
            about, kind, at, channel=channel, recipient=recipient(None, how["audience"])
        )
        sent = status == Told.SENT
        self.sheaf.add(
            Notice, id=self._next("notice"), subject=about, kind=kind, due_at=at, dedup_key=key,
            status=status, wake_at=at, attempts=int(sent), sent_at=at if sent else None,
            made_at=self.at, **{"channel": channel, **how},
        )  # fmt: skip

    def _next(self, what: str) -> int:
        used = self.used[what] = self.used.get(what, 0) + 1
        if used > ROOM:
            raise ValueError(f"one ticket has more than {ROOM} of: {what}")
        return self.place * ROOM + used


def number_of(place: int, seed: int) -> str:
    """The number of the ticket at this place: all are different, none follows from another."""
    # The factor has none of the factors of 90,000,000: every place leads to another number.
    return rules.make_number(lambda below: (place * 48_271_003 + seed * 7_919 + 1) % below)


def live(world: World, sheaf: Sheaf, place: int) -> None:
    """Write all rows of the ticket at this place."""
    life = _begin(world, sheaf, place)
    fate = _fate(life)
    values = fate(life)
    _save_ticket(life, values)
    if place % MISSED_EVERY == 0:
        _missed_call(life)


def _begin(world: World, sheaf: Sheaf, place: int) -> Life:
    draw = random.Random(f"{world.seed} {place}")
    told = texts.told(
        world.seed,
        int(world.incidents * draw.random()),
        companies=world.companies,
        members=world.members,
    )
    line = "jnx" if told.company.number or draw.random() < 0.5 else "sompo_desk"
    start = world.calendars[line].service_start(_received(world, place, draw))
    return Life(
        world, sheaf, place, draw, told, line, start,
        severity=_severity(told.case_types),
        operator=draw.choice(world.operators),
        coordinator=draw.choice(world.coordinators),
        at=start.received_at + timedelta(seconds=draw.randint(60, 420)),
        number=number_of(place, world.seed),
    )  # fmt: skip


@lru_cache
def _severity(case_types: tuple[str, ...]) -> str:
    return str(policy.get(CaseTypesPolicy).starting_severity(case_types))


def _received(world: World, place: int, draw: random.Random) -> datetime:
    """Evenly over the days, mostly by day; the later the place, the later the call."""
    end = world.until - timedelta(minutes=10)
    since = timedelta(days=DAYS * (place + draw.random()) / world.count)
    at = end - timedelta(days=DAYS) + since
    hour = at.astimezone(TOKYO).hour
    if not 9 <= hour < 17 and draw.random() < 0.7:
        at -= timedelta(hours=(hour - draw.randint(9, 16)) % 24)
    return at.replace(second=0, microsecond=0)


def _fate(life: Life) -> Callable[[Life], dict[str, Any]]:
    """How it ended, or where it stands: three in a hundred are open, most of them young."""
    age = 1 - (life.place + 1) / life.world.count
    if life.start.at > life.world.until:
        return _waits_for_its_promise
    if life.draw.random() < 0.75 * 2.718 ** (-age / 0.035) + 0.003:
        return _goes_on
    if life.place % JOINED_EVERY == JOINED_EVERY - 1:
        return _was_joined
    return _was_referred if life.draw.random() < 0.06 else _was_closed


def _waits_for_its_promise(life: Life) -> dict[str, Any]:
    _open(life, Promise.PENDING)
    return {"status": rules.first_status(in_hours=life.start.in_hours)}


def _goes_on(life: Life) -> dict[str, Any]:
    codes, weights = zip(*GOES_ON, strict=True)
    status = life.draw.choices(codes, weights)[0]
    if life.world.until - life.start.at < timedelta(hours=3):
        _open(life, Promise.TAKEN)
        return {
            "status": rules.first_status(in_hours=life.start.in_hours),
            "coordinator_id": life.coordinator,
        }
    _open(life, Promise.DONE)
    _move_on(life, Status.HEARING, status)
    return {"status": status, "coordinator_id": life.coordinator}


def _was_closed(life: Life) -> dict[str, Any]:
    _open(life, Promise.DONE)
    _move_on(life, Status.HEARING, Status.COORDINATING)
    life.go_on(timedelta(hours=life.draw.randint(4, 400)))
    life.write(Event.CLOSED, by=life.coordinator, reason="")
    _note_step(life, Status.COORDINATING, Status.CLOSED)
    return {"status": Status.CLOSED, "coordinator_id": life.coordinator}


def _was_referred(life: Life) -> dict[str, Any]:
    code, referral = life.draw.choice(list(policy.get(ReferralsPolicy).by_code.items()))
    _open(life, Promise.CALLED_OFF, reason=referral.ja)
    life.write(Event.OUT_OF_SCOPE, by=life.coordinator, referral=code, reason="")
    _note_step(life, rules.first_status(in_hours=life.start.in_hours), Status.OUT_OF_SCOPE)
    return {"status": Status.OUT_OF_SCOPE}


def _was_joined(life: Life) -> dict[str, Any]:
    """It goes on as the ticket before it, which is never joined itself."""
    number = number_of(life.place - 1, life.world.seed)
    _open(life, Promise.CALLED_OFF, reason=rules.spaced(number))
    life.write(Event.JOINED, by=life.coordinator, number=number)
    life.note("ticket.joined", rules.subject(life.number), by=life.coordinator, into=number)
    return {"status": Status.DUPLICATE, "duplicate_of_id": life.id - 1}


def _move_on(life: Life, was: Status, status: Status) -> None:
    if was == status:
        return
    life.write(Event.MOVED_ON, by=life.coordinator, status=status, reason="")
    _note_step(life, was, status)


def _note_step(life: Life, was: Status, status: Status) -> None:
    about = rules.subject(life.number)
    life.note("ticket.moved_on", about, by=life.coordinator, was=was, to=status)


def _open(life: Life, promise: Promise, *, reason: str = "") -> None:
    """The call, the ticket's first lines, and what became of its promise."""
    _call(life)
    types = list(life.told.case_types)
    life.write(Event.OPENED, by=life.operator, case_types=types)
    life.note("ticket.opened", rules.subject(life.number), by=life.operator, case_types=types)
    for position, code in enumerate(types):
        life.sheaf.add(TicketCaseType, ticket_id=life.id, case_type=code, position=position)
    _owe(life)
    if life.told.email:
        life.tell(
            rules.subject(life.number), Kind.RECEIVED, life.at, Told.SENT,
            audience=CALLER, facts={"number": life.number},
        )  # fmt: skip
    _promise(life, promise, reason)


def _call(life: Life) -> None:
    """By telephone, or entered by hand."""
    at, line, call_id = life.start.received_at, life.line, 2 * life.place + 1
    rang = life.draw.random() < 0.7
    length = timedelta(seconds=life.draw.randint(200, 1800))
    life.sheaf.add(
        Call, id=call_id, line=line, **_shown(life.told.phone), status=CallStatus.DONE,
        call_sid=f"CA{life.place:032x}" if rang else None, menu_key="1" if rang else "",
        received_at=at, answered_at=at + timedelta(seconds=11), answered_by_id=life.operator,
        ended_at=at + length, ticket_id=life.id, disposition="new_incident" if rang else "",
        wrapped_at=at + length if rang else None, wrapped_by_id=life.operator if rang else None,
    )  # fmt: skip
    by = None if rang else life.operator
    life.write(Event.CALLED if rang else Event.ENTERED, by=by, at=at, line=line)
    life.note("call.ticketed" if rang else "call.entered", f"call:{call_id}", by=life.operator)


def _missed_call(life: Life) -> None:
    """One that nobody took, dealt with since."""
    at = life.start.received_at - timedelta(minutes=7)
    life.sheaf.add(
        Call, id=2 * life.place + 2, line=life.line, **_shown(life.told.phone),
        status=CallStatus.MISSED, call_sid=f"CB{life.place:032x}", received_at=at,
        ended_at=at + timedelta(seconds=40), ticket_id=None, handled_at=at + timedelta(minutes=9),
        handled_by_id=life.operator, handled_reason="called_again",
    )  # fmt: skip


@lru_cache(maxsize=50_000)
def _shown(number: str) -> dict[str, str]:
    return as_shown(number)


def _owe(life: Life) -> None:
    """What an insured company has to see to; of a ticket that is old all of it is done."""
    if not life.told.company.insured:
        return
    codes = owed({}, policy.get(ObligationsPolicy))
    ended = life.world.until - life.at > timedelta(days=30)
    done = life.at + timedelta(days=2) if ended else None
    for place, code in enumerate(codes, 1):
        life.sheaf.add(
            Obligation, id=life.place * ROOM + place, ticket_id=life.id, code=code, since=life.at,
            done_at=done, done_by_id=life.coordinator if ended else None,
        )  # fmt: skip
    life.write(Event.OBLIGATIONS_BEGAN, by=life.operator, obligations=list(codes), num=len(codes))
    life.note("obligations.began", rules.subject(life.number), by=life.operator, codes=list(codes))


def _promise(life: Life, status: Promise, reason: str) -> None:
    """The promise, what is told of it, and how it ended."""
    start, why, about = life.start, reason_of(life.start), f"followup:{life.id}"
    until = take_up_by(start.at, life.severity, policy.get(EscalationPolicy))
    life.write(Event.PROMISED, by=life.operator, due_at=start.at.isoformat())
    facts = {"number": life.number, "due_at": start.at.isoformat()}
    pending = status == Promise.PENDING
    life.tell(
        about, Kind.PROMISE_DUE, start.at, Told.WAITING if pending else Told.SENT,
        audience=Role.COORDINATOR, facts=facts,
    )  # fmt: skip
    steps = escalations(until, life.severity, policy.get(EscalationPolicy), now=life.at)
    for audience, channel, at in steps:
        late = Told.WAITING if pending else Told.WITHDRAWN
        life.tell(
            about, Kind.PROMISE_LATE, at, late, audience=audience, channel=channel, facts=facts
        )
    made = life.at
    ended = _follow(life, status, reason)
    life.sheaf.add(
        Followup, id=life.id, ticket_id=life.id, due_at=start.at,
        due_date=start.at.astimezone(TOKYO).date(), take_up_by=until, in_hours=start.in_hours,
        reason_ja=why["ja"], reason_en=why["en"], status=status, made_at=made, **ended,
    )  # fmt: skip


def _follow(life: Life, status: Promise, reason: str) -> dict[str, Any]:
    """From the moment it is due on: told, taken up, ended."""
    if status == Promise.PENDING:
        return {}
    about = f"followup:{life.id}"
    life.at = max(life.at, life.start.at)
    life.go_on(timedelta(seconds=1))
    life.write(Event.ANNOUNCED, by=None)
    life.note("followup.announced", about, by=None)
    values: dict[str, Any] = {"announced_at": life.at}
    for step, event in PATHS[status]:
        life.go_on(timedelta(minutes=life.draw.randint(1, 12)))
        life.write(event, by=life.coordinator, **({"reason": reason} if reason else {}))
        life.note(f"followup.{event}", about, by=life.coordinator)
        values |= {f"{step}_at": life.at, f"{step}_by_id": life.coordinator}
    return {**values, "end_reason": reason}


PATHS = {
    Promise.TAKEN: (("taken", Event.TAKEN),),
    Promise.DONE: (("taken", Event.TAKEN), ("ended", Event.KEPT)),
    Promise.CALLED_OFF: (("ended", Event.CALLED_OFF),),
}


def _save_ticket(life: Life, values: dict[str, Any]) -> None:
    told = life.told
    said = (
        told.company.name, told.caller, told.phone, told.email, told.company.number, told.summary
    )  # fmt: skip
    facts = dict(zip(FACTS, said, strict=True))
    keys = _keys(said)
    # The number is found by, too; all else is the same whoever tells it.
    search = {"search_text": f"{keys['search_text']} {_found_by_number(life.number)}"}
    life.sheaf.add(
        Ticket, id=life.id, number=life.number, line=life.line, severity=life.severity,
        caller_code=rules.new_code(life.draw.randrange), received_at=life.start.received_at,
        opened_at=life.start.received_at + timedelta(seconds=60), opened_by_id=life.operator,
        **UNKNOWN, **facts, **{**keys, **search}, **values,
    )  # fmt: skip


@lru_cache(maxsize=50_000)
def _keys(said: tuple[str | None, ...]) -> dict[str, Any]:
    """All that a ticket with these facts is found by, but its number."""
    blank = SimpleNamespace(number="", **dict(zip(FACTS, said, strict=True)), **UNKNOWN)
    before = dict(vars(blank))
    make_findable(blank)  # type: ignore[arg-type] - it asks for the facts alone
    return {name: value for name, value in vars(blank).items() if name not in before}


def _found_by_number(number: str) -> str:
    blank = SimpleNamespace(number=number, **dict.fromkeys(FACTS, ""), **UNKNOWN)
    return rules.search_text_of(blank)
