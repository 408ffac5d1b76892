"""Views of trial: what a view may do wrong, and how it may end."""

from flask import Blueprint, Flask, request
from sqlalchemy.exc import DataError, IntegrityError, InternalError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from hotline import clock
from hotline.db import db
from hotline.edge.access import EVERYBODY, allow, detached, public
from hotline.edge.requests import is_poll, note_read
from hotline.errors import Forbidden, Invalid, Missing, Problem, Refused, Slowed
from hotline.heartbeats import beat
from hotline.people.rules import Role

SECRET = "SELECT 確認 花子 +819012345678"

OUTCOMES = {
    "refused": (lambda: Refused("It is closed."), 409),
    "invalid": (lambda: Invalid({"name": Problem("It is empty.")}), 422),
    "missing": (Missing, 404),
    "forbidden": (lambda: Forbidden("Not you."), 403),
    "slowed": (lambda: Slowed(30), 429),
    "stale": (lambda: StaleDataError("seen"), 409),
    "broken": (lambda: ZeroDivisionError(SECRET), 500),
    "unreachable": (lambda: OperationalError(SECRET, {}, Exception(SECRET)), 503),
    "cut off": (lambda: InternalError(SECRET, {}, Exception(SECRET)), 503),
    "unusable": (lambda: DataError(SECRET, {}, Exception(SECRET)), 422),
    "mistaken": (lambda: IntegrityError(SECRET, {}, Exception(SECRET)), 500),
}
"""How a view may end: the error it raises, and the status that is answered."""


def undeclared():
    return "nobody may see this"


@allow(EVERYBODY)
def everybody():
    return f"{request.remote_addr} {request.scheme}"


@allow(Role.AUDITOR)
def of_auditors():
    return "for auditors"


@public
def open_to_all():
    return "for all"


@detached
def without_database():
    return "alive"


@allow(EVERYBODY)
def read():
    note_read("ticket:482170933", part="page")
    return "a ticket"


@allow(EVERYBODY)
def gone():
    note_read("ticket:482170933")
    raise Missing


@allow(EVERYBODY)
def listed():
    if not is_poll():
        note_read("list:tickets")
    return "a list"


@allow(EVERYBODY)
def forgets():
    beat("mail", now=clock.now())
    return "saved?"


@allow(EVERYBODY)
def commits():
    beat("mail", now=clock.now())
    db.session.commit()
    return "saved?"


@allow(EVERYBODY)
def save():
    beat("mail", now=clock.now())
    return "saved"


@allow(EVERYBODY)
def echo():
    return {"fields": len(request.form), "json": request.get_json(silent=True) is not None}


@allow(EVERYBODY)
def save_then(outcome):
    beat("mail", now=clock.now())
    db.session.flush()
    raise OUTCOMES[outcome][0]()


@public
def end(outcome):
    raise OUTCOMES[outcome][0]()


@public
def numbered(row_id):
    return str(row_id)


RULES = (
    ("/undeclared", undeclared, ["GET", "POST"]),
    ("/everybody", everybody, ["GET"]),
    ("/of-auditors", of_auditors, ["GET"]),
    ("/open", open_to_all, ["GET"]),
    ("/detached", without_database, ["GET"]),
    ("/read", read, ["GET"]),
    ("/gone", gone, ["GET"]),
    ("/list", listed, ["GET"]),
    ("/forgets", forgets, ["GET"]),
    ("/commits", commits, ["GET"]),
    ("/save", save, ["POST"]),
    ("/echo", echo, ["POST"]),
    ("/save-then/<outcome>", save_then, ["POST"]),
    ("/end/<outcome>", end, ["GET"]),
    ("/numbered/<int:row_id>", numbered, ["GET"]),
)
"""Address, view and methods."""


def register(app: Flask) -> None:
    """Attach the views for people and the same for programs."""
    for name, prefix in (("trial", "/trial"), ("api_trial", "/api/v1/trial")):
        bp = Blueprint(name, __name__, url_prefix=prefix)
        for rule, view, methods in RULES:
            bp.add_url_rule(rule, view_func=view, methods=methods)
        app.register_blueprint(bp)
