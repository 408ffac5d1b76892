"""Row 4: what is sent again and again at the same moment is one call and one ticket."""

import json
import secrets
import threading

import psycopg

from _bench import asking
from _bench.loading import Plan
from _bench.measuring import Subject
from _bench.notebook import Notebook
from _bench.serving import flask
from _bench.stage import Ground, load, request
from _bench.telephone import Webhook, at_once, call_sid

CALLS, TIMES = 12, 6
COUNT_CALLS = "SELECT count(*) FROM calls WHERE call_sid = ANY(%s)"
COUNT_TICKETS = "SELECT count(*) FROM tickets WHERE caller_name = %s"
FROM = 9_000


def check(ground: Ground, product: Subject, book: Notebook) -> None:
    """Repeat calls and intakes, count what came of them, and have all rows checked."""
    run = secrets.token_hex(4)
    sids = [call_sid(run, place) for place in range(CALLS)]
    line = Webhook(product.server, ground)
    for place, sid in enumerate(sids):
        at_once(
            [threading.Thread(target=line.ring, args=(sid, FROM + place)) for _ in range(TIMES)]
        )
    caller = f"反復 {run}"
    load(Plan(product.server.port, _repeated(ground, caller), CALLS * TIMES, clients=TIMES))
    with psycopg.connect(ground.address) as base:
        calls = base.execute(COUNT_CALLS, [sids]).fetchone()
        tickets = base.execute(COUNT_TICKETS, [caller]).fetchone()
    assert calls is not None
    assert tickets is not None
    book.set("intake.doubled", abs(calls[0] - CALLS) + abs(tickets[0] - CALLS))
    book.set("intake.findings", len(findings(ground)))
    book.remarks.append(
        f"{CALLS} calls and {CALLS} intakes, each sent {TIMES} times at once: {calls[0]} calls, "
        f"{tickets[0]} tickets"
    )
    print(f"\r\033[K  {book.remarks[-1]}", flush=True)


def _repeated(ground: Ground, caller: str) -> list[str]:
    """The same intake several times in a row, with its key."""
    requests = []
    for place in range(CALLS):
        body = json.loads(asking.intakes()[place])
        body["caller"]["name"] = caller
        headers = {**ground.bearer, "Idempotency-Key": f"{caller[-8:]}-{place}"}
        sent = json.dumps(body, ensure_ascii=False)
        requests += [request("POST", "/api/v1/tickets", headers, sent)] * TIMES
    return requests


def findings(ground: Ground) -> list[object]:
    """What ``flask integrity check`` finds."""
    found: list[object] = json.loads(
        flask(ground.settings, "integrity", "check", "--json", may_find=True)
    )
    return found
