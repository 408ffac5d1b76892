"""Tell what was due before the demo began, at the moments when it was due, to nobody."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from hotline.adapters.mail import Mail
from hotline.adapters.telephone import Ring, Text
from hotline.db import db
from hotline.jobs import kinds
from hotline.jobs.work import Work
from hotline.notices.models import Notice
from hotline.notices.rules import Channel, Status


class Nobody:
    """Takes every message and keeps none. Satisfies adapters.mail.Mailer and Telephone."""

    def send(self, mail: Mail) -> None:
        """Take a mail."""

    def send_text(self, text: Text) -> None:
        """Take a text message."""

    def ring(self, ring: Ring) -> None:
        """Take a call."""

    def close(self) -> None:
        """Nothing was opened."""


def tell_what_was_due(work: Work, *, now: datetime) -> None:
    """Send, in order, what was due by ``now``; each moment has its own clock."""
    told = None
    while (moment := _next(now=now)) is not None and moment != told:
        _tell_at(moment, work)
        told = moment


def _tell_at(moment: datetime, work: Work) -> None:
    then = replace(work, now=lambda: moment, mailer=Nobody, telephone=Nobody)
    for channel in Channel:
        kinds.JOBS[channel].do(then)


def _next(*, now: datetime) -> datetime | None:
    waiting = select(Notice.wake_at).where(Notice.status == Status.WAITING, Notice.wake_at <= now)
    found = db.session.scalar(waiting.order_by(Notice.wake_at).limit(1))
    db.session.rollback()  # A reader that stays keeps others waiting.
    return found
