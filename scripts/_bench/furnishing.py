"""What has to be done with the application at hand, in a process of its own.

usage: python -m _bench.furnishing fill COUNT     tickets, their companies, people
       python -m _bench.furnishing accounts N     a token and N sessions, as JSON
       python -m _bench.furnishing statements     JSON of requests in; how many statements each took
"""

import json
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import event, select

from hotline import clock
from hotline.db import db
from hotline.duty.models import Shift
from hotline.people import service as people
from hotline.people.models import Person, PersonRole
from hotline.people.rules import Role
from hotline.sessions import service as sessions
from hotline.transaction import transaction

LONG = timedelta(days=2)


def fill(_app: Flask, count: str) -> None:
    """Fill the database; says on standard error how far it is."""
    from _bench import filling

    def say(line: str) -> None:
        end = "" if line.endswith("left") else "\n"
        sys.stderr.write(f"\r\033[K  {line}{end}")
        sys.stderr.flush()

    filling.fill(int(count), until=clock.now(), say=say)


def accounts(_app: Flask, number: str) -> dict[str, Any]:
    """One operator's API token, and sessions of operators on duty and of a coordinator."""
    now = clock.now()
    with transaction():
        coordinator = _person("bench-coordinator", Role.COORDINATOR)
        made = [_person(f"bench-operator{place}", Role.OPERATOR) for place in range(int(number))]
        for who in made:
            shift = {"starts_at": now - LONG, "ends_at": now + LONG}
            db.session.add(Shift(person_id=who.id, line="jnx", role=Role.OPERATOR, **shift))
        people.revoke_tokens(made[0], by_id=None, now=now)  # A kept database has those of before.
        token = people.create_token(made[0], name="bench", by_id=None, now=now)
        return {
            "token": token if isinstance(token, str) else token[0],
            "coordinator": _session(coordinator),
            "operators": [_session(who) for who in made],
        }


def _person(name: str, role: Role) -> Person:
    mail = f"{name}@desk.example"
    found = db.session.scalars(select(Person).where(Person.email_key == mail)).first()
    if found is not None:
        return found
    who = Person(email=mail, email_key=mail, name=name, made_at=clock.now())
    who.role_rows = [PersonRole(role=role)]
    db.session.add(who)
    db.session.flush()
    return who


def _session(who: Person) -> str:
    return sessions.start(who.id, complete=True, address="127.0.0.1", now=clock.now())


def statements(app: Flask) -> dict[str, int]:
    """Ask each path of standard input ({name: [path, headers]}) thrice; the statements of the
    third, as the driver was sent them."""
    client = app.test_client(use_cookies=False)  # Those of the requests count.
    sent: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: sent.append(given[2]))
    counts = {}
    for name, (path, headers) in json.load(sys.stdin).items():
        for _ in range(3):
            sent.clear()
            answer = client.get(path, headers=headers)
        if answer.status_code != 200:
            raise SystemExit(f"{path} answered {answer.status_code}")
        counts[name] = len(sent)
    return counts


DO: dict[str, Callable[..., Any]] = {
    "fill": fill,
    "accounts": accounts,
    "statements": statements,
}


def main() -> None:
    """Make the application of this environment and do what the arguments say."""
    from hotline.app import create_app

    verb, *words = sys.argv[1:]
    app = create_app()
    with app.app_context():
        found = DO[verb](app, *words)
    if found is not None:
        json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
