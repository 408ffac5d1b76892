"""JSON lines: one a request, with references and without names, numbers or texts."""

import logging
import sys
import time
from pathlib import Path
from typing import Any

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger("hotline.request")


def configure(log_file: Path | None) -> None:
    """Send every log line, ours and the libraries', as JSON to ``log_file`` or standard error."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    # JSON encodes CR, LF and ESC, so that no text can pretend to be a second line.
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
    )
    handler = logging.FileHandler(log_file) if log_file else logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for chatty in ("apscheduler", "werkzeug", "alembic.runtime.plugins"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def install(app: Flask) -> None:
    """Write one line for each request."""
    app.before_request(_start)
    app.after_request(_line)


def _start() -> None:
    g.started = time.perf_counter()


def _line(response: Response) -> Response:
    log.info(
        "request",
        request_id=g.get("request_id", ""),
        method=request.method,
        # The rule, not the path: a path can hold a ticket number or a one-time token.
        rule=request.url_rule.rule if request.url_rule else "-",
        status=response.status_code,
        ms=round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1),
        person=g.get("person_id"),
    )
    return response
