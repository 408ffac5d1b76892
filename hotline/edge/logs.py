"""JSON lines: one a request, with references and without names, numbers or texts."""

import json
import logging
import re
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import structlog
from flask import Flask, Response, g, request
from structlog.typing import EventDict

log = structlog.get_logger("hotline.request")

# E.164, or a Japanese number with its trunk zero; a ticket number has nine digits.
PHONE = re.compile(r"(?<![0-9A-Za-z])(?:\+[0-9]{5,13}|0[0-9]{7,8})([0-9]{2})(?![0-9A-Za-z])")
ADDRESS = re.compile(r"[^\s@<>\"'(){}=:]+(@[^\s@<>\"'(){},;]+)")


def configure(log_file: Path | None) -> None:
    """Send every log line, ours and the libraries', as JSON to ``log_file`` or standard error."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        where_it_broke,
        masked,
    ]
    structlog.configure(
        processors=[*shared, _written],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    formatter = _Formatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _written],
    )
    # No line says from which place of the program it came: nobody has to look for it.
    logging._srcfile = None  # As its documentation says.
    handler = logging.FileHandler(log_file) if log_file else logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for chatty in ("apscheduler", "werkzeug", "alembic.runtime.plugins"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


class _Text(str):
    """A line that is written already."""

    __slots__ = ()


# JSON encodes CR, LF and ESC, so that no text can pretend to be a second line.
_ENCODER = json.JSONEncoder(ensure_ascii=True, default=repr)


def _written(_logger: Any, _name: str, event: EventDict) -> str:
    return _Text(_ENCODER.encode(event))


class _Formatter(structlog.stdlib.ProcessorFormatter):
    """Writes what libraries log as our own lines are written; these come written."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON."""
        return record.msg if isinstance(record.msg, _Text) else super().format(record)


def where_it_broke(_logger: Any, _name: str, event: EventDict) -> EventDict:
    """The kind of an error and the places it passed; its words may hold what a caller said."""
    given = event.pop("exc_info", None)
    if given is None:
        return event
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["kind"] = type(error).__name__
        event["at"] = [
            f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
        ]
    return event


def masked(_logger: Any, _name: str, event: EventDict) -> EventDict:
    """Telephone numbers and mail addresses, also in what libraries say, as their last letters."""
    return {name: _mask(value) for name, value in event.items()}


def _mask(value: Any) -> Any:
    if isinstance(value, str):
        value = PHONE.sub(r"…\1", value)
        return ADDRESS.sub(r"…\1", value) if "@" in value else value
    if isinstance(value, dict):
        return {name: _mask(inner) for name, inner in value.items()}
    return [_mask(inner) for inner in value] if isinstance(value, list | tuple) else value


@contextmanager
def quiet() -> Iterator[None]:
    """Let only warnings through in this block: for commands whose output a person reads."""
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.WARNING)
    try:
        yield
    finally:
        root.setLevel(level)


NO_NEWS = frozenset({204, 304})


def install(app: Flask) -> None:
    """Write one line for each request, but for screens that are told that nothing is new."""
    app.before_request(_start)
    app.after_request(_line)


def _start() -> None:
    g.started = time.perf_counter()


def _line(response: Response) -> Response:
    if request.headers.get("X-Poll") == "1" and response.status_code in NO_NEWS:
        return response  # Every open screen asks twice a second: its lines would bury all others.
    log.info(
        "request",
        request_id=g.get("request_id", ""),
        method=request.method,
        # The rule, not the path: a path can hold a ticket number or a one-time token.
        rule=request.url_rule.rule if request.url_rule else "-",
        **_ids(),
        status=response.status_code,
        ms=round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1),
        person=g.get("person_id"),
    )
    return response


def _ids() -> dict[str, dict[str, int]]:
    """Which rows the address names, so that it stands there who tried what is not theirs."""
    found = {name: one for name, one in (request.view_args or {}).items() if isinstance(one, int)}
    return {"ids": found} if found else {}
