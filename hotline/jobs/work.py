"""What every job is given, and how a run survives whatever happens in it."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hotline import clock
from hotline.adapters import scanner as scanners
from hotline.adapters.console import ConsoleMailer
from hotline.adapters.exchange import exchange
from hotline.adapters.mail import Mailer
from hotline.adapters.scanner import Scanner
from hotline.adapters.smtp import Server, SmtpMailer
from hotline.adapters.telephone import Recorder, Telephone
from hotline.jobs import wording
from hotline.jobs.wording import Texts
from hotline.notices.rules import LEASE
from hotline.settings import Settings


def _never() -> bool:
    return False


def _nobody_listens(_delivery: object) -> None:
    pass


@dataclass(frozen=True)
class Work:
    """The surroundings of a run: settings, texts, mail, phone, time, and the wish to stop."""

    settings: Settings
    texts: Texts
    mailer: Callable[[], Mailer]
    telephone: Callable[[], Telephone]
    recorder: Callable[[], Recorder]
    # None where no scanner is set up.
    scanner: Callable[[], Scanner | None]
    now: Callable[[], datetime] = clock.now
    stopping: Callable[[], bool] = _never
    lease: timedelta = LEASE
    rng: random.Random = field(default_factory=random.SystemRandom)
    # Seconds that only go forward, for measuring how much of a lease is left.
    monotonic: Callable[[], float] = time.monotonic
    # A run of a long queue ends after this, so that its heartbeat is seen; the next follows.
    run_seconds: float = 15
    # Hears of each message that went out.
    told: Callable[[Any], None] = _nobody_listens


def prepare(settings: Settings) -> Work:
    """The surroundings that ``settings`` ask for. Raises SettingsError for a broken text."""
    texts = wording.load(settings.config_dir)
    return Work(
        settings=settings,
        texts=texts,
        mailer=lambda: mailer(settings),
        telephone=lambda: telephone(settings),
        recorder=lambda: recorder(settings),
        scanner=lambda: scanners.from_url(settings.scanner),
    )


def mailer(settings: Settings) -> Mailer:
    """The mail channel that HOTLINE_MAIL names; the console plays it where no mail may go."""
    if settings.mail == "console":
        return ConsoleMailer()
    return SmtpMailer(Server.from_url(settings.smtp_url), sender=settings.mail_from)


def telephone(settings: Settings) -> Telephone:
    """The telephone that HOTLINE_PHONE names; the console plays it where nobody may be rung."""
    return exchange(settings)


def recorder(settings: Settings) -> Recorder:
    """Where recordings lie: with the telephone that HOTLINE_PHONE names."""
    return exchange(settings)
