"""Bare handlers: what the work itself costs, without login, rights, layout, checks or an ORM.

Served by the same gunicorn settings as the hotline. Writing goes to tables of their own in the
schema ``bare``; reading goes to the tables of the hotline, as it was filled.

``_bench.bare:app`` needs HOTLINE_DATABASE_URL; BENCH_BARE=make makes the tables first.
"""

import json
import os
import random
import sqlite3
import threading
from datetime import UTC, datetime
from typing import Any

import psycopg
from flask import Flask, Response, request

TABLES = """
CREATE TABLE {p}tickets (id {serial}, number text NOT NULL, company text NOT NULL,
    caller text NOT NULL, phone text NOT NULL, summary text NOT NULL, status text NOT NULL,
    received_at {time} NOT NULL, UNIQUE (number));
CREATE INDEX {i}bare_tickets_received ON {p}tickets (received_at, id);
CREATE TABLE {p}calls (id {serial}, ticket_id bigint NOT NULL, phone text NOT NULL,
    received_at {time} NOT NULL);
CREATE INDEX {i}bare_calls_ticket ON {p}calls (ticket_id);
CREATE TABLE {p}followups (id {serial}, ticket_id bigint NOT NULL, due_at {time} NOT NULL,
    status text NOT NULL);
CREATE INDEX {i}bare_followups_ticket ON {p}followups (ticket_id);
CREATE TABLE {p}audit (id {serial}, at {time} NOT NULL, action text NOT NULL,
    subject text NOT NULL, detail {json} NOT NULL);
CREATE INDEX {i}bare_audit_subject ON {p}audit (subject, at);
CREATE TABLE {p}notices (id {serial}, subject text NOT NULL, dedup_key text NOT NULL,
    due_at {time} NOT NULL, status text NOT NULL, UNIQUE (dedup_key));
"""
POSTGRESQL = {"p": "bare.", "i": "", "serial": "bigserial PRIMARY KEY", "time": "timestamptz",
              "json": "jsonb"}  # fmt: skip
SQLITE = {"p": "bare_", "i": "", "serial": "integer PRIMARY KEY", "time": "text", "json": "text"}

TICKET = "(number, company, caller, phone, summary, status, received_at)"
FIVE = (
    f"INSERT INTO {{p}}tickets {TICKET} VALUES ({{v}}number, {{v}}company, {{v}}caller, "
    "{v}phone, {v}summary, 'received', {v}at) RETURNING id",
    "INSERT INTO {p}calls (ticket_id, phone, received_at) VALUES ({v}id, {v}phone, {v}at)",
    "INSERT INTO {p}followups (ticket_id, due_at, status) VALUES ({v}id, {v}at, 'pending')",
    "INSERT INTO {p}audit (at, action, subject, detail) VALUES ({v}at, 'opened', {v}number, "
    "'{{}}')",
    "INSERT INTO {p}notices (subject, dedup_key, due_at, status) "
    "VALUES ({v}number, {v}number, {v}at, 'waiting')",
)
ONE = f"""
WITH ticket AS (
    INSERT INTO bare.tickets {TICKET}
    VALUES (%(number)s, %(company)s, %(caller)s, %(phone)s, %(summary)s, 'received', %(at)s)
    RETURNING id),
call AS (INSERT INTO bare.calls (ticket_id, phone, received_at)
    SELECT id, %(phone)s, %(at)s FROM ticket),
followup AS (INSERT INTO bare.followups (ticket_id, due_at, status)
    SELECT id, %(at)s, 'pending' FROM ticket),
entry AS (INSERT INTO bare.audit (at, action, subject, detail)
    VALUES (%(at)s, 'opened', %(number)s, '{{}}')),
notice AS (INSERT INTO bare.notices (subject, dedup_key, due_at, status)
    VALUES (%(number)s, %(number)s, %(at)s, 'waiting'))
SELECT id FROM ticket
"""
LIST = """
SELECT id, number, company, caller_name, status, severity, received_at FROM tickets
ORDER BY received_at DESC, id DESC LIMIT 25
"""
DETAIL = "SELECT * FROM tickets WHERE number = {v}number"
STORY = "SELECT at, event, facts FROM timeline WHERE ticket_id = {v}id ORDER BY at, id"
SEARCH = """
WITH hits AS MATERIALIZED (SELECT id FROM tickets WHERE
    to_tsvector('simple'::regconfig, search_text) @@ to_tsquery('simple'::regconfig, %(q)s))
SELECT id, number, company, received_at FROM tickets WHERE id IN (SELECT id FROM hits)
ORDER BY received_at DESC, id DESC LIMIT 25
"""

app = Flask(__name__)
app.json.ensure_ascii = False  # type: ignore[attr-defined]
URL = os.environ.get("HOTLINE_DATABASE_URL", "")
ON_SQLITE = URL.startswith("sqlite:///")
WORDS = {**(SQLITE if ON_SQLITE else POSTGRESQL), "v": ":" if ON_SQLITE else ""}
_own = threading.local()
_writing = threading.Lock()
_draw = random.SystemRandom()


def _statement(text: str) -> str:
    """In the words of the database in use."""
    if ON_SQLITE:
        return text.format(**WORDS)
    for name in ("number", "company", "caller", "phone", "summary", "at", "id"):
        text = text.replace(f"{{v}}{name}", f"%({name})s")
    return text.format(**WORDS)


FIVE_STATEMENTS = tuple(map(_statement, FIVE))
DETAIL_STATEMENT, STORY_STATEMENT = map(_statement, (DETAIL, STORY))


def connection() -> Any:
    """One for each thread, open as long as the thread lives."""
    if not hasattr(_own, "connection"):
        _own.connection = _connect()
    return _own.connection


def _connect() -> Any:
    if not ON_SQLITE:
        return psycopg.connect(URL.replace("+psycopg", ""), autocommit=True, prepare_threshold=0)
    made = sqlite3.connect(URL.removeprefix("sqlite:///"), isolation_level=None, timeout=5)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        made.execute(f"PRAGMA {pragma}")
    return made


def make() -> None:
    """The tables for writing, empty."""
    script = TABLES.format(**WORDS)
    if ON_SQLITE:
        names = ("tickets", "calls", "followups", "audit", "notices")
        gone = "".join(f"DROP TABLE IF EXISTS bare_{name};" for name in names)
        connection().executescript(gone + script)
    else:
        connection().execute(
            "DROP SCHEMA IF EXISTS bare CASCADE; CREATE SCHEMA bare;" + script, prepare=False
        )


def _given() -> dict[str, Any]:
    told = request.get_json()
    return {
        "number": str(_draw.randrange(10**15)),
        "company": told["caller"]["company"],
        "caller": told["caller"]["name"],
        "phone": told["caller"]["phone"],
        "summary": told["summary"],
        "at": datetime.now(UTC).isoformat(),  # noqa: TID251
    }


def _made(given: dict[str, Any]) -> Response:
    body = json.dumps({"number": given["number"]})
    return Response(body, status=201, mimetype="application/json")


@app.get("/healthz")
def hello() -> str:
    """Nothing at all."""
    return "hello"


@app.post("/five")
def five() -> Response:
    """Five inserts in one transaction."""
    given, base = _given(), connection()
    if ON_SQLITE:
        with _writing:  # Writers of one process queue; the others sleep and try again.
            base.execute("BEGIN IMMEDIATE")
            _insert_five(base, given)
            base.execute("COMMIT")
    else:
        with base.transaction():
            _insert_five(base, given)
    return _made(given)


def _insert_five(base: Any, given: dict[str, Any]) -> None:
    given["id"] = base.execute(FIVE_STATEMENTS[0], given).fetchone()[0]
    for statement in FIVE_STATEMENTS[1:]:
        base.execute(statement, given)


@app.post("/one")
def one() -> Response:
    """The same five rows as one statement that changes data."""
    given = _given()
    connection().execute(ONE, given)
    return _made(given)


@app.get("/list")
def newest() -> Response:
    """The 25 newest tickets."""
    return _json([list(row) for row in connection().execute(LIST).fetchall()])


@app.get("/detail/<number>")
def detail(number: str) -> Response:
    """One ticket and its story."""
    ticket = connection().execute(DETAIL_STATEMENT, {"number": number}).fetchone()
    story = connection().execute(STORY_STATEMENT, {"id": ticket[0]}).fetchall()
    return _json([list(ticket), [list(line) for line in story]])


@app.get("/search")
def search() -> Response:
    """The 25 newest tickets that hold these tokens; PostgreSQL only."""
    found = connection().execute(SEARCH, {"q": request.args["q"]}).fetchall()
    return _json([list(row) for row in found])


def _json(value: object) -> Response:
    return Response(json.dumps(value, ensure_ascii=False, default=str), mimetype="application/json")


if os.environ.get("BENCH_BARE") == "make":
    make()
