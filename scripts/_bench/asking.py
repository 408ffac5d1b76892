"""The requests that are measured, as programs and browsers send them."""

import json
from collections.abc import Sequence
from urllib.parse import quote

import psycopg

from _bench import texts
from _bench.filling import SEED
from _bench.stage import Ground, request
from hotline.searchkeys import phrases

BODIES = 400
TEXTS = (
    "脅迫文",
    "出荷指示",
    "海外からのログイン",
    "振込先",
    "顧客名簿",
    "backup",
    "NAS",
    "退職者",
)
"""Words that callers say; some are in a thousand tickets of ten thousand, some in none."""


def intakes() -> list[str]:
    """Bodies of calls, each of another caller."""
    bodies = []
    for place in range(BODIES):
        told = texts.told(SEED, 700_000 + place, companies=400, members=0)
        caller = {"company": told.company.name, "name": told.caller, "phone": told.phone}
        body = {
            "line": "jnx",
            "case_types": list(told.case_types),
            "caller": caller,
            "summary": told.summary,
        }
        bodies.append(json.dumps(body, ensure_ascii=False))
    return bodies


def numbers(ground: Ground, count: int = 60) -> list[str]:
    """Numbers of tickets all over a filled PostgreSQL database."""
    with psycopg.connect(ground.address) as base:
        query = (
            "SELECT number FROM tickets WHERE id = ANY(SELECT generate_series(1, max(id), "
            "greatest(1, max(id) / %s)) FROM tickets) ORDER BY id LIMIT %s"
        )
        return [row[0] for row in base.execute(query, [count, count])]


def names() -> list[str]:
    """What people look for by name: companies and callers."""
    companies = [texts.company(SEED, place * 7, members=0) for place in range(4)]
    return [one.name for one in companies] + [one.contact for one in companies]


def pages(ground: Ground, paths: Sequence[str]) -> list[str]:
    """A coordinator's browser asks for these."""
    return [request("GET", path, ground.signed_in) for path in paths]


def searches(words: Sequence[str]) -> list[str]:
    """The addresses of the search page for these."""
    return [f"/search?q={quote(word)}" for word in words]


def bare_searches(words: Sequence[str]) -> list[str]:
    """The same for the bare handler: all tokens of the first way in which each may be written."""
    asked = []
    for word in words:
        tokens = [token.rstrip("*") for group in phrases(word) for token in group[0]]
        asked.append(f"/search?q={quote(' & '.join(tokens))}")
    return asked
