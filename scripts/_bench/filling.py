"""Fill an empty, migrated database with tickets in bulk: the same for the same seed and moment."""

import os
import time
from datetime import date, datetime

from sqlalchemy import func, select

from _bench import lives, texts
from _bench.hands import CHUNK, Place, Progress, Say, Work, by_many_hands
from _bench.shapes import Sheaf
from _bench.writing import Writer, writer_for
from hotline import policy
from hotline.audit import queries as audit
from hotline.audit import service as sealing
from hotline.audit.models import AuditEntry, ChainHead
from hotline.calls.models import Call
from hotline.db import db
from hotline.deadlines.models import Obligation
from hotline.duty.rules import LinesPolicy
from hotline.followups.models import Followup
from hotline.members.rules import ContactDetails, Details, PolicyDetails, SiteDetails
from hotline.members.service.writing import Saving, new, write
from hotline.notices.models import Notice
from hotline.people.models import Person, PersonRole
from hotline.people.rules import Role
from hotline.tickets.models import Ticket, TicketCaseType
from hotline.tickets.service.starting import calendar_of
from hotline.timeline.models import Line
from hotline.transaction import transaction

SEED = 20_260_401
STAFF = {Role.OPERATOR: 8, Role.COORDINATOR: 4, Role.SUPERVISOR: 1}

FILLED = (
    Ticket, TicketCaseType, Call, Followup, Line, Notice, Obligation, AuditEntry,
)  # fmt: skip


class NotEmpty(Exception):
    """There are tickets already: what is filled counts its ids from 1."""


def fill(count: int, *, until: datetime, seed: int = SEED, say: Say = print) -> None:
    """Fill the database of the current application with ``count`` tickets and their companies.

    ``until`` is the moment up to which things have happened; what was promised for later still
    waits. ``say`` is told how far it is. Raises NotEmpty.
    """
    if db.session.scalar(select(Ticket.id).limit(1)) is not None:
        raise NotEmpty("there are tickets already; name an empty database")
    began = time.monotonic()
    world = _world(count, seed, until)
    _members(world)
    with transaction():
        sealing.seal(1_000_000)
    head, first = audit.head(), db.session.scalar(select(func.max(AuditEntry.id))) or 0
    db.session.rollback()
    writer = writer_for(db.engine)
    with writer.quickly(FILLED):
        _chunks(world, writer, (head.seq, head.digest), first, say)
        say(f"{count:,} tickets are written; indexes and statistics …")
    say(f"{count:,} tickets filled in {time.monotonic() - began:.0f} s")


def _world(count: int, seed: int, until: datetime) -> lives.World:
    with transaction():
        staff = {role: _people(role, number, until) for role, number in STAFF.items()}
    codes = policy.get(LinesPolicy).codes
    return lives.World(
        count=count,
        seed=seed,
        until=until.replace(microsecond=0),
        operators=tuple(staff[Role.OPERATOR]),
        coordinators=tuple(staff[Role.COORDINATOR]),
        calendars={code: calendar_of(code) for code in codes},
    )


def _people(role: Role, number: int, now: datetime) -> list[int]:
    """Accounts that nobody can sign in to, until somebody is given a session or a token."""
    made = []
    for place in range(number):
        mail = f"{role}{place}@desk.example"
        name = f"{texts.FAMILY[place]} {texts.GIVEN[place + len(role)]}"
        who = Person(email=mail, email_key=mail, name=name, phone=None, made_at=now)
        who.role_rows = [PersonRole(role=role)]
        made.append(who)
    db.session.add_all(made)
    db.session.flush()
    return [who.id for who in made]


def _members(world: lives.World) -> None:
    """The companies that are members, saved as an import saves them."""
    with transaction():
        savings = []
        for place in range(world.members):
            one = texts.company(world.seed, place, members=world.members)
            savings.append(Saving(new(one.number or "", now=world.until), _details(one, world)))
        write(savings, now=world.until)
    db.session.expunge_all()


def _details(one: texts.Company, world: lives.World) -> Details:
    year = world.until.year
    cover = PolicyDetails(f"PN-{one.number}", date(year - 4, 4, 1), date(year + 1, 4, 1))
    return Details(
        number=one.number or "",
        name=one.name,
        sites=(SiteDetails("本社工場", "愛知県安城市", (one.phone,)),),
        contacts=(ContactDetails(one.contact, email=f"{one.number}@example.jp".lower()),),
        policies=(cover,) if one.insured else (),
    )


def _chunks(world: lives.World, writer: Writer, head: Place, first: int, say: Say) -> None:
    """Make, seal and write all chunks, in as many processes as the database can use."""
    chunks = range(0, world.count, CHUNK)
    hands = min(writer.hands, len(chunks), os.cpu_count() or 1)
    progress = Progress(world.count, say)
    if hands > 1:
        end = by_many_hands(Work(world, writer, first), chunks, head, hands, progress)
    else:
        end = head
        for start in chunks:
            end = Work(world, writer, first).do(start, end)
            progress.add(CHUNK)
    sheaf = Sheaf()
    sheaf.add(ChainHead, id=1, seq=end[0], digest=end[1])
    writer.replace(ChainHead, sheaf)
