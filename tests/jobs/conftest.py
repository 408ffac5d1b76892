"""The surroundings of a job: a clock that is set by hand and a postman who keeps what he gets."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import structlog
from structlog.testing import capture_logs

from hotline.adapters.mail import Mail
from hotline.adapters.outgoing import DeliveryFailed
from hotline.adapters.telephone import Ring, Text
from hotline.edge.identity import settings
from hotline.jobs import kinds
from hotline.jobs import work as surroundings
from hotline.notices.rules import Channel
from hotline.transaction import transaction
from tests import builders

NINE = datetime(2027, 1, 4, 0, 0, tzinfo=UTC)
"""Monday, 4 January 2027, 9:00 in Tokyo."""


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now = NINE
        self.seconds = 0.0

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


class Postman:
    """Keeps what was sent; fails for the addresses that a test names."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.tried: list[str] = []
        self.failing: dict[str, Exception] = {}
        self.closed = 0
        self.on_the_way = lambda: None

    def send(self, mail: Mail) -> None:
        self.tried.append(mail.to)
        self.on_the_way()
        if failure := self.failing.get(mail.to) or self.failing.get("all"):
            raise failure
        self.mails.append(mail)

    def close(self) -> None:
        self.closed += 1

    def goes_down(self) -> None:
        self.failing["all"] = DeliveryFailed("connection refused", unreachable=True)

    @property
    def told(self) -> list[tuple[str, str]]:
        return [(mail.to, mail.about) for mail in self.mails]


class Exchange:
    """Keeps the text messages and calls it was given; fails for the numbers that a test names."""

    def __init__(self) -> None:
        self.texts: list[Text] = []
        self.rings: list[Ring] = []
        self.tried: list[str] = []
        self.failing: dict[str, Exception] = {}
        self.closed = 0
        self.on_the_way = lambda: None

    def send_text(self, text: Text) -> None:
        self._pass(text.to)
        self.texts.append(text)

    def ring(self, ring: Ring) -> None:
        self._pass(ring.to)
        self.rings.append(ring)

    def close(self) -> None:
        self.closed += 1

    def _pass(self, to: str) -> None:
        self.tried.append(to)
        self.on_the_way()
        if failure := self.failing.get(to) or self.failing.get("all"):
            raise failure


def deliver_by_every_channel(work) -> None:
    """What is due goes out, whichever channel it is for."""
    for channel in Channel:
        kinds.JOBS[channel].do(work)


@pytest.fixture
def time() -> Clock:
    return Clock()


@pytest.fixture
def postman() -> Postman:
    return Postman()


@pytest.fixture
def exchange() -> Exchange:
    return Exchange()


@pytest.fixture
def work(app, time, postman, exchange):
    return replace(
        surroundings.prepare(settings()),
        mailer=lambda: postman,
        telephone=lambda: exchange,
        now=lambda: time.now,
        monotonic=lambda: time.seconds,
        rng=random.Random(1),
    )


@pytest.fixture
def coordinator(app):
    with transaction():
        return builders.person("coordinator")


@pytest.fixture
def ticket(app):
    """A ransom ticket of 30 December 2026, 22:15, promised for NINE."""
    with transaction():
        received_at = datetime.fromisoformat("2026-12-30T22:15+09:00")
        return builders.ticket(now=received_at, received_at=received_at, company="確認工業")


@pytest.fixture
def logs_of(monkeypatch):
    """``with logs_of(module) as logged``: what the module logs meanwhile.

    A logger that was used under an earlier application keeps that one's ways: it is made anew.
    """

    def logs_of(module):
        monkeypatch.setattr(module, "log", structlog.get_logger(module.__name__))
        return capture_logs()

    return logs_of
