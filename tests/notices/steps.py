"""The steps of a notice: told, claimed, failed, read."""

import random

from sqlalchemy import func, select

from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.notices import queries, rules
from hotline.notices import service as notices
from hotline.notices.models import Notice
from hotline.notices.rules import Failure, Kind
from hotline.transaction import transaction
from tests import builders
from tests.builders import NOON

RNG = random.Random(1)


def tell_one(**facts):
    with transaction():
        return builders.notice(**facts)


def claim(name="ours", *, limit=10, now=NOON):
    with transaction():
        return notices.claim(limit, name, now=now, lease=rules.LEASE)


def fail(one, *, name="ours", permanent=False, now=NOON):
    with transaction():
        failure = Failure("RCPT 550 no such user", permanent)
        return notices.record_failure(one.id, name, failure, now=now, rng=RNG)


def read(one):
    return db.session.get(Notice, one.id, populate_existing=True)


def on_record():
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def count():
    return db.session.scalar(select(func.count()).select_from(Notice))


def alarms():
    return {notice.subject for notice in queries.listed() if notice.kind == Kind.UNDELIVERED}
