"""Is the process alive, can it work, and how far behind is it: for monitors, not for people."""

import re
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

from flask import Blueprint, Flask, Response, abort, jsonify, request
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy import inspect, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from hotline import clock, heartbeats
from hotline.audit import queries as audit
from hotline.calendars import service as calendars
from hotline.clock import TOKYO
from hotline.db import db, weak_settings
from hotline.edge import identity
from hotline.edge.access import detached
from hotline.followups import queries as followups
from hotline.notices import queries as notices
from hotline.notices.rules import LATE_AFTER
from hotline.people import queries as people
from hotline.people.rules import Role
from hotline.settings import ROOT, SettingsError

bp = Blueprint("health", __name__)

LOOPBACK = frozenset({"127.0.0.1", "::1"})
MIGRATIONS = ROOT / "migrations" / "versions"
STEP = re.compile(r'^(revision|down_revision) = "(\w+)"$', re.MULTILINE)


def refuse_a_database_that_forgets(state: BlueprintSetupState) -> None:
    """In production nothing starts on a PostgreSQL that can lose what it acknowledged.

    Raises SettingsError. A database that is away is no reason: callers are answered without it.
    """
    app = cast(Flask, state.app)
    if not app.extensions["hotline.settings"].in_production:
        return
    with app.app_context():
        try:
            weak = weak_settings()
        except OperationalError:
            return
        finally:
            db.engine.dispose()  # No connection may be shared with the processes to come.
    if weak:
        raise SettingsError(f"PostgreSQL can forget what it acknowledged: {', '.join(weak)}")


bp.record_once(refuse_a_database_that_forgets)


@bp.get("/healthz")
@detached
def healthz() -> ResponseReturnValue:
    """The process answers; nothing else is asked."""
    return jsonify(status="ok")


@bp.get("/readyz")
@detached
def readyz() -> ResponseReturnValue:
    """200 while promises are being kept: database, migrations, worker, nothing long overdue.

    503 names what is wrong. It is for alarms; a proxy that picks servers asks ``/healthz``.
    """
    try:
        report = _report(clock.now())
    except (OperationalError, PoolTimeout):
        report = {"database": "unreachable", "problems": ["database"]}
    return jsonify(ready=not report["problems"], **report), 503 if report["problems"] else 200


def _report(now: datetime) -> dict[str, Any]:
    if _revision() != newest(MIGRATIONS):
        return {"database": "ok", "migrations": "missing", "problems": ["migrations"]}
    silent = heartbeats.silent(now=now)
    backlog = notices.backlog(now)
    problems = [f"worker: {kind}" for kind in silent]
    if backlog > LATE_AFTER:
        problems.append("backlog")
    return {
        "database": "ok",
        "migrations": "ok",
        "heartbeat_seconds": _ages(now),
        "backlog_seconds": int(backlog.total_seconds()),
        "problems": problems,
    }


def _revision() -> str | None:
    if not inspect(db.session.connection()).has_table("alembic_version"):
        return None
    found: str | None = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    return found


@cache
def newest(migrations: Path) -> str:
    """The migration that no other builds upon; "" when there is not exactly one.

    Read from the files: what knows migrations also knows how to run them, and is large.
    """
    steps = [found for file in migrations.glob("*.py") for found in STEP.findall(file.read_text())]
    made, built_upon = (
        {revision for name, revision in steps if name == kind}
        for kind in ("revision", "down_revision")
    )
    heads = made - built_upon
    return heads.pop() if len(heads) == 1 else ""


def _ages(now: datetime) -> dict[str, float]:
    finished = heartbeats.last_finished().items()
    return {kind: round((now - at).total_seconds(), 1) for kind, at in finished}


@bp.get("/metrics")
@detached
def metrics() -> ResponseReturnValue:
    """Figures for Prometheus, from this machine or with the token of an administrator."""
    _check_may_measure()
    return Response(generate_latest(_measured(clock.now())), content_type=CONTENT_TYPE_LATEST)


def _check_may_measure() -> None:
    # A proxy on this machine speaks for somebody else.
    relayed = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    if request.remote_addr in LOOPBACK and not relayed:
        return
    person = people.by_token(identity.bearer(), now=clock.now())
    if person is None:
        abort(401)
    if Role.ADMINISTRATOR not in person.roles:
        abort(403)


def _measured(now: datetime) -> CollectorRegistry:
    """Read from the rows at this moment, so that every process says the same."""
    registry = CollectorRegistry()
    backlog = Gauge(
        "hotline_backlog_seconds", "Age of the oldest due notice not sent.", registry=registry
    )
    backlog.set(notices.backlog(now).total_seconds())
    by_status = Gauge("hotline_notices", "Notices by status.", ["status"], registry=registry)
    for status, count in notices.count_by_status().items():
        by_status.labels(status).set(count)
    ages = Gauge(
        "hotline_heartbeat_age_seconds",
        "Since the last finished run of each kind of work.",
        ["kind"],
        registry=registry,
    )
    for kind, age in _ages(now).items():
        ages.labels(kind).set(age)
    owed = Gauge(
        "hotline_followups_open", "Promises not ended yet, drills left out.", registry=registry
    )
    owed.set(followups.owed())
    unsealed = Gauge(
        "hotline_audit_unsealed", "Audit entries that wait for their seal.", registry=registry
    )
    unsealed.set(audit.unsealed_count())
    if official := calendars.from_config("hotline").official:
        left = Gauge(
            "hotline_calendar_days_left",
            "Until the official list of holidays ends.",
            registry=registry,
        )
        left.set((official.last_day - now.astimezone(TOKYO).date()).days)
    return registry
