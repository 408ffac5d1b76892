"""A house with people, calls and tickets in it, served to a real browser at a moment of its own.

It is Thursday, 24 September 2026, 9:20 in Japan: the first business day after five days off.
"""

import functools
import json
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import flask_migrate
import pyotp
import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select
from werkzeug.serving import make_server

from hotline import clock
from hotline.adapters.telephone import Ring
from hotline.app import create_app
from hotline.calls import service as calls
from hotline.calls.models import Call
from hotline.calls.rules import Event, Status
from hotline.coordination.models import Offer
from hotline.db import db
from hotline.edge import keys, offer_links, status_links
from hotline.followups import queries as promises
from hotline.followups import service as followups
from hotline.followups.models import Followup
from hotline.incidents import service as incidents
from hotline.jobs import voice
from hotline.jobs import work as surroundings
from hotline.people import queries as people
from hotline.people import service as accounts
from hotline.people.models import Person
from hotline.people.service import passwords
from hotline.sessions import service as sessions
from hotline.settings import Settings
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.rules import Report
from hotline.transaction import transaction
from hotline.vendors import queries as vendors
from tests import builders
from tests.conftest import ENVIRONMENT

NOW = datetime.fromisoformat("2026-09-24T09:20:04+09:00")

HOSTILE = "<script>document.title='broken'</script>{{7*7}}${7*7}'\"&amp; \u05e9\u05dc\u05d5\u05dd"


CALLER = "caller"
"""Not a role: somebody without an account, whose phone got a code."""


class House:
    """A running server: its address, its application, and keys to every role."""

    def __init__(self, app: Flask, address: str) -> None:
        self.app = app
        self.address = address
        self.now = NOW
        self.people: dict[str, dict[str, Any]] = {}
        self.numbers: dict[str, str] = {}

    def session(self, role: str) -> dict[str, Any]:
        """The cookie of somebody with ``role`` who is signed in, as a browser takes it.

        CALLER has no account: a code opened the ticket that partners work on. Whoever came half
        the way in has given the password alone, and is asked for the second factor.
        """
        if role == CALLER:
            return {"name": "hotline-status", "value": self._opened("shared"), "url": self.address}
        with self.app.app_context(), transaction():
            someone, half = self.people[role]["id"], self.people[role].get("half", False)
            secret = sessions.start(someone, complete=not half, address="", now=self.now)
            begun = sessions.find(secret, now=self.now)
            if half and begun is not None:
                accounts.offer_second_factor(begun, keys.cipher())
        return {"name": "hotline", "value": secret, "url": self.address}

    def code(self, role: str) -> str:
        """The second factor of somebody with ``role`` at the moment."""
        return pyotp.TOTP(self.people[role]["totp_secret"]).at(self.now)

    def link(self, name: str) -> str:
        """The secret part of the link to the status of the ticket that is called ``name``."""
        settings = self.app.extensions["hotline.settings"]
        return status_links.mint(self.numbers[name], self.now + timedelta(days=3), settings)

    def _opened(self, name: str) -> str:
        """The secret of a browser in which a code opened this ticket a moment ago."""
        with self.app.app_context(), transaction():
            ticket = db.session.scalars(
                select(Ticket).where(Ticket.number == self.numbers[name])
            ).one()
            return builders.opened_status(ticket, now=self.now)

    def calls(self) -> list[Ring]:
        """Whom the telephone company is to ring now, and what it is to say."""
        kept = Rings()
        with self.app.app_context():
            work = surroundings.prepare(self.app.extensions["hotline.settings"])
            voice.deliver(replace(work, telephone=lambda: kept, now=lambda: self.now))
        return kept.rings

    @contextmanager
    def at(self, moment: datetime) -> Iterator[datetime]:
        """Let the clock of the house stand elsewhere for the block."""
        self.now = moment
        try:
            yield moment
        finally:
            self.now = NOW


class Rings:
    """A telephone company that keeps whom it is to ring."""

    def __init__(self) -> None:
        self.rings: list[Ring] = []

    def ring(self, ring: Ring) -> None:
        self.rings.append(ring)

    def close(self) -> None:
        """Nothing was opened."""


@contextmanager
def serve(folder: Path, furnished: "Furnished | None" = None) -> Iterator[House]:
    """The house on a port of its own, with the demo in it unless told otherwise, for the block."""
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    furnished = furnished or made(furnish)
    shutil.copy(furnished.database, folder / "hotline.sqlite3")
    house = House(_app(folder, server.server_port), f"http://127.0.0.1:{server.server_port}")
    house.people, house.numbers = dict(furnished.people), dict(furnished.numbers)
    server.app = at_the_moment(house)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield house
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _app(folder: Path, port: int) -> Flask:
    return create_app(
        Settings.from_environment(
            {
                **ENVIRONMENT,
                "HOTLINE_DATABASE_URL": f"sqlite:///{folder}/hotline.sqlite3",
                "HOTLINE_PUBLIC_URL": f"http://127.0.0.1:{port}",
                "HOTLINE_SPOOL_DIR": f"{folder}/spool",
                "HOTLINE_FILES_URL": f"file://{folder}/files",
            }
        )
    )


@dataclass(frozen=True)
class Furnished:
    """What every house begins with: the database, and who and what is in it."""

    folder: tempfile.TemporaryDirectory[str]  # It goes with the last one who holds it.
    people: dict[str, dict[str, Any]]
    numbers: dict[str, str]

    @property
    def database(self) -> Path:
        return Path(self.folder.name) / "hotline.sqlite3"


@functools.cache
def made(furnish: Callable[[House], None]) -> Furnished:
    """Made once for all such houses of this process, which takes seconds."""
    folder = tempfile.TemporaryDirectory(prefix="hotline-house-")
    house = House(_app(Path(folder.name), 80), "")
    with house.app.app_context(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", PasswordHasher(1, 8, 1))
        flask_migrate.upgrade()
        furnish(house)
        db.session.remove()
        db.engine.dispose()  # Whatever stands beside the file is in the file now.
    return Furnished(folder, house.people, house.numbers)


def at_the_moment(house: House) -> Callable[..., Iterable[bytes]]:
    """The application with the clock of its house; an answer is made before the clock goes on."""

    def answer(environ: dict[str, Any], start: Any) -> list[bytes]:
        with clock.fixed(house.now):
            parts = house.app(environ, start)
            try:
                return list(parts)
            finally:
                getattr(parts, "close", lambda: None)()

    return answer


def furnish(house: House) -> None:
    """The demo people, five days of calls, and promises in every state."""
    with clock.fixed(NOW):
        output = house.app.test_cli_runner().invoke(args=["demo", "load", "--json"]).stdout
    loaded = json.loads(output)
    for one in loaded["people"]:
        house.people.setdefault(one["role"], one)
    with transaction():
        house.numbers = _tickets(_person(house, "coordinator"))
        house.numbers |= _calls(_person(house, "operator"))
        house.numbers |= _coordinated(loaded["tickets"], house.app.extensions["hotline.settings"])


def _person(house: House, role: str) -> Person:
    found = people.by_email(house.people[role]["email"])
    assert found is not None
    return found


def _tickets(coordinator: Person) -> dict[str, str]:
    late = _ticket(
        "2026-09-19T10:26:53+09:00",
        company="髙橋精螺工業㈱ 知立工場",
        caller_name="邊見 さゆり",
        caller_phone="+819000007781",
        caller_email="henmi@example.jp",
        case_types=("ransom", "leak"),
        severity="p1",
        member_number="JNX-1001",
        summary="ファイルサーバー2台、NAS 1台。拡張子は .l0ck3d。\nEDIサーバーが開かない。",
    )
    followups.announce(_promise(late).id, now=_at("2026-09-24T09:00:02+09:00"))
    _note(late, "東海フランジと同じVPN機種。親案件にまとめるか検討する。", "staff", coordinator)
    _note(late, "LAN遮断は完了、VPN装置は通電のまま。", "member", coordinator)
    now = _ticket(
        "2026-09-18T17:31:00+09:00", company="（株）みなと化成", case_types=("leak",), severity="p4"
    )
    followups.announce(_promise(now).id, now=_at("2026-09-24T09:00:02+09:00"))
    taken = _ticket(
        "2026-09-20T02:10:00+09:00", company="有限会社齋藤精機", case_types=("spoofed_mail",)
    )
    followups.take(_promise(taken), by_id=coordinator.id, now=_at("2026-09-24T09:03:00+09:00"))
    kept = _ticket(
        "2026-09-21T11:00:00+09:00", company="ティー・エス テック㈱", case_types=("leak",)
    )
    followups.keep(_promise(kept), by_id=coordinator.id, now=_at("2026-09-24T09:12:00+09:00"))
    moved = _ticket("2026-09-22T15:40:00+09:00", company="東海フランジ工業(株)", severity="p2")
    followups.move(
        _promise(moved),
        moved.number,
        due_at=_at("2026-09-24T15:00:00+09:00"),
        reason="午前は現場の確認で電話に出られないとのこと",
        by_id=coordinator.id,
        now=_at("2026-09-24T09:05:00+09:00"),
    )
    hostile = _ticket(
        "2026-09-24T09:18:00+09:00",
        company=HOSTILE,
        caller_name="\u05e9\u05dc\u05d5\u05dd 123",
        summary=f"{HOSTILE}\n1 行目 \u202e逆\u202c",
        case_types=("other",),
    )
    _note(hostile, HOSTILE, "staff", coordinator)
    made = {
        "late": late,
        "now": now,
        "taken": taken,
        "kept": kept,
        "moved": moved,
        "hostile": hostile,
    }
    together = incidents.open_incident(
        "同じVPN機種からの侵入", "更新前の装置", [taken, moved], by_id=coordinator.id, now=NOW
    )
    numbers = {name: ticket.number for name, ticket in made.items()}
    return {**numbers, "incident": str(together.id)}


def _ticket(received_at: str, **facts: Any) -> Ticket:
    given = {"line": "jnx", "case_types": ("ransom",), **facts}
    at = _at(received_at)
    return tickets.open_ticket(Report(received_at=at, **given), by_id=None, now=at)


def _promise(ticket: Ticket) -> Followup:
    return promises.of_ticket(ticket.id)[-1]


def _note(ticket: Ticket, text: str, audience: str, by: Person) -> None:
    tickets.add_note(ticket, text, audience=audience, by_id=by.id, now=NOW)


def _coordinated(loaded: list[dict[str, Any]], settings: Settings) -> dict[str, str]:
    """The case of the demo on which partners work, and its offers as partners open them."""
    offers = {one.status: one for one in db.session.scalars(select(Offer).order_by(Offer.id))}
    people_there = {status: vendors.contacts_of(one.vendor_id) for status, one in offers.items()}
    links = {
        f"offer {status}": offer_links.mint(one.id, people_there[status][0].id, settings)
        for status, one in offers.items()
    }
    return {"shared": loaded[0]["number"], **links}


def _calls(operator: Person) -> dict[str, str]:
    """Calls of every kind; the ids of those that have a name."""
    builders.call(
        status=Status.MISSED,
        received_at=_at("2026-09-23T21:05:10+09:00"),
        from_number="+81566001234",
    )
    builders.call(
        status=Status.VOICEMAIL,
        received_at=_at("2026-09-24T08:41:00+09:00"),
        from_number="",
        line="sompo_desk",
        recording_seconds=42,
    )
    _answered("2026-09-24T09:02:30+09:00", "+819000005521", operator, minutes=4)
    answered = _answered("2026-09-24T09:15:00+09:00", "+81562001234", operator, minutes=3)
    builders.call(status=Status.RINGING, received_at=_at("2026-09-24T09:20:01+09:00"))
    return {"answered call": str(answered.id)}


def _answered(at: str, number: str, operator: Person, *, minutes: int) -> Call:
    """A call that somebody took twelve seconds after it came, and that has ended since."""
    came = _at(at)
    call = builders.call(received_at=came, from_number=number)
    taken = came + timedelta(seconds=12)
    calls.answered_by(call, operator.id, at=taken, now=taken)
    ended = taken + timedelta(minutes=minutes, seconds=8)
    calls.note_event(call, Event.ENDED, 2, at=ended, now=ended)
    return call


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)
