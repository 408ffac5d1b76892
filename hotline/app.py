"""The composition root: the only module that knows every part."""

import os
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import cast

from flask import Flask, has_request_context
from flask.json.provider import DefaultJSONProvider
from flask.typing import RouteCallable
from flask_babel import Babel
from flask_bootstrap import Bootstrap5
from flask_limiter.util import get_remote_address
from werkzeug.local import LocalProxy
from werkzeug.middleware.proxy_fix import ProxyFix

from hotline import api, cli, clock, policy, web
from hotline import settings as environment
from hotline.calendars import service as calendars
from hotline.calendars.rules import CalendarPolicy
from hotline.calls.rules import DispositionsPolicy, VoicePolicy
from hotline.coordination.rules import (
    CostsPolicy,
    FunctionsPolicy,
    ReleasingPolicy,
    RoutingPolicy,
    unroutable,
)
from hotline.db import db, engine_options
from hotline.deadlines.rules import DeadlinesPolicy, ObligationsPolicy
from hotline.duty.rules import LinesPolicy, PagingPolicy
from hotline.edge import errors, headers, language, logs, warmth
from hotline.edge.limits import PublicLimiter
from hotline.edge.requests import HotlineFlask, csrf
from hotline.evidence.rules import EvidencePolicy
from hotline.followups.rules import EscalationPolicy, PromisePolicy
from hotline.settings import ROOT, Settings
from hotline.tickets.rules import (
    AdvicePolicy,
    CaseTypesPolicy,
    ConsentsPolicy,
    HearingPolicy,
    ReachingPolicy,
    ReferralsPolicy,
    mismatches,
    unanswerable,
    unowed,
)
from hotline.transaction import guard
from hotline.watchdog import Watchdog

POLICIES = (
    CalendarPolicy,
    LinesPolicy,
    PagingPolicy,
    CaseTypesPolicy,
    HearingPolicy,
    AdvicePolicy,
    ConsentsPolicy,
    ReferralsPolicy,
    ReachingPolicy,
    EscalationPolicy,
    PromisePolicy,
    DeadlinesPolicy,
    ObligationsPolicy,
    EvidencePolicy,
    VoicePolicy,
    DispositionsPolicy,
    FunctionsPolicy,
    RoutingPolicy,
    ReleasingPolicy,
    CostsPolicy,
)
TABLES = (
    "audit.models",
    "calendars.models",
    "calls.models",
    "coordination.models",
    "deadlines.models",
    "duty.models",
    "evidence.models",
    "followups.models",
    "heartbeats",
    "idempotency.models",
    "incidents.models",
    "members.models",
    "messages.models",
    "notices.models",
    "people.models",
    "sessions.models",
    "tickets.models",
    "timeline.models",
    "vendors.models",
)
"""Where tables are declared: migrations and the ORM need all of them, used or not."""
COMPUTING_FOR_ANYBODY = (
    "calendar.show",
    "status.show",
    "offers.show",
    "offers.answer",
    "sending.show",
    "sending.put",
    "sending.add",
)
PER_ADDRESS = "120 per minute"
MEGABYTE = 1024 * 1024


class JapaneseJson(DefaultJSONProvider):
    """JSON as people in Japan can read it."""

    ensure_ascii = False


babel = Babel()
bootstrap = Bootstrap5()
limiter = PublicLimiter(get_remote_address, headers_enabled=True, in_memory_fallback_enabled=True)


def create_app(settings: Settings | None = None) -> Flask:
    """The application, ready to serve. Raises SettingsError or PolicyError with every problem."""
    settings = settings or environment.load(os.environ)
    policy.load(settings.config_dir, POLICIES, now=clock.now())
    _fit_together()
    calendars.load(settings.config_dir)
    app = HotlineFlask(__name__, template_folder=str(ROOT / "templates"))
    warmth.keep_compiled(app, ROOT / "templates" / "__pycache__")
    app.cli = cli.Commands(app.name, also=lambda: _migrations(app))
    _configure(app, settings)
    logs.configure(settings.log_file)
    _open_database(app, settings)
    _install_edge(app, settings)
    web.register(app)
    api.register(app)
    _limit_the_public(app)
    return app


def _fit_together() -> None:
    """Refuse files that are right by themselves and name what another one does not have."""
    files = (policy.get(CaseTypesPolicy), policy.get(HearingPolicy), policy.get(AdvicePolicy))
    routing = (policy.get(RoutingPolicy), policy.get(FunctionsPolicy))
    if problems := [
        *mismatches(*files),
        *unroutable(*routing, *files[:2]),
        *unanswerable(policy.get(DeadlinesPolicy), *files[:2]),
        *unowed(policy.get(ObligationsPolicy), files[1]),
    ]:
        raise policy.PolicyError("\n".join(problems))


def _limit_the_public(app: Flask) -> None:
    """Bound what nobody signed in can make us compute; sign-in counts its own tries in rows."""
    for endpoint in COMPUTING_FOR_ANYBODY:
        view = app.view_functions[endpoint]
        app.view_functions[endpoint] = cast(RouteCallable, limiter.limit(PER_ADDRESS)(view))


def _configure(app: Flask, settings: Settings) -> None:
    secret, old = settings.secret_key, settings.secret_key_old
    app.extensions["hotline.settings"] = settings
    app.json = JapaneseJson(app)
    app.config.update(
        SECRET_KEY=secret.get_secret_value(),
        SECRET_KEY_FALLBACKS=[old.get_secret_value()] if old.get_secret_value() else [],
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        SESSION_COOKIE_NAME="__Host-form" if settings.is_https else "form",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        WTF_CSRF_CHECK_DEFAULT=False,  # edge.requests asks, inside the transaction.
        WTF_CSRF_SSL_STRICT=False,  # Referrer-Policy is no-referrer; the token decides.
        WTF_CSRF_TIME_LIMIT=None,  # What was typed for an hour is not thrown away; sessions end.
        BABEL_DEFAULT_LOCALE="ja",
        BABEL_DEFAULT_TIMEZONE="Asia/Tokyo",
        BABEL_TRANSLATION_DIRECTORIES=str(Path(__file__).parent / "translations"),
        BOOTSTRAP_SERVE_LOCAL=True,
        RATELIMIT_STORAGE_URI=settings.rate_limit_url,
        MAX_CONTENT_LENGTH=2 * MEGABYTE,
        MAX_FORM_MEMORY_SIZE=2 * MEGABYTE,
        MAX_FORM_PARTS=100,
        PROPAGATE_EXCEPTIONS=False,
    )


def _open_database(app: Flask, settings: Settings) -> None:
    if settings.database_url.startswith("sqlite:///"):
        Path(settings.database_url.removeprefix("sqlite:///")).parent.mkdir(
            parents=True, exist_ok=True
        )
    for name in TABLES:
        import_module(f"hotline.{name}")
    db.init_app(app)
    app.extensions["migrate"] = LocalProxy(lambda: _migrations(app))
    with app.app_context():
        guard(db.engine)
        if db.engine.dialect.name == "postgresql":
            Watchdog(has_request_context).attach(db.engine)


def _migrations(app: Flask) -> object:
    """What changes tables, made for the first who asks: no server needs it, and it is large."""
    from flask_migrate import Migrate

    steps = Migrate(compare_type=True, render_as_batch=True)
    steps.init_app(app, db, directory=str(ROOT / "migrations"))
    return app.extensions["migrate"]


def _install_edge(app: Flask, settings: Settings) -> None:
    if settings.trusted_proxies:
        # The host is never taken from a request: HOTLINE_PUBLIC_URL decides.
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=0
        )
    host = settings.public_url.split("://", 1)[1]
    app.config["TRUSTED_HOSTS"] = [host.rsplit(":", 1)[0], host, *headers.LOOPBACK]
    logs.install(app)
    headers.install(app, settings)
    babel.init_app(app, locale_selector=language.choose)
    language.install(app)
    bootstrap.init_app(app)
    csrf.init_app(app)
    limiter.init_app(app)
    errors.install(app)
