"""A browser that types into the intake, and what it reads there."""

import json
import re
from datetime import timedelta
from html.parser import HTMLParser

from flask import Flask

from hotline.audit.models import AuditEntry
from hotline.db import db
from hotline.members import service as members
from hotline.members.models import Member
from hotline.members.rules import ContactDetails, Details, SiteDetails
from hotline.people.rules import Role
from hotline.tickets.models import Ticket
from hotline.transaction import transaction
from hotline.web.intake.form import part_of
from tests import builders
from tests.builders import NOON
from tests.web.forms import send, sign_in

HOUR = timedelta(hours=1)
NIGHT = NOON + 10 * HOUR
"""22:00 in Tokyo: out of hours."""


class Browser:
    """A browser of one person who is signed in, and types into the intake."""

    def __init__(self, app: Flask, role: Role, name: str = "大槻 美咲") -> None:
        self.client = app.test_client()
        with transaction():
            self.person = builders.person(role, name=name)
        sign_in(self.client, self.person)

    def get(self, path: str, headers=None):
        answer = self.client.get(path, headers=headers)
        forget()
        return answer

    def send(self, path: str, fields=None):
        answer = send(self.client, path, fields)
        forget()
        return answer

    def form(self, ticket: Ticket) -> dict[str, list[str]]:
        """Everything that the form of the page would send as it stands."""
        return controls(self.get(address(ticket)).text)

    def save(self, ticket: Ticket, headers=None, **fields: object):
        """Open the page, type this, and send it."""
        mine = {**self.form(ticket), **fields}
        answer = self.client.post(address(ticket), data=mine, headers=headers)
        forget()
        return answer

    def types(self, ticket: Ticket, base: dict[str, str] | None = None, **fields: object):
        """What the script of the page sends for these fields: each is a part of its own."""
        parts = list(dict.fromkeys(part_of(one) for one in fields if not one.startswith("ago.")))
        known = base if base is not None else self.knows(ticket)
        marks = {f"base.{part}": known.get(part, "") for part in parts}
        return self.send(f"{address(ticket)}/fields", {"part": parts, **marks, **fields})

    def knows(self, ticket: Ticket) -> dict[str, str]:
        """What the page has seen saved: part to digest."""
        return json.loads(self.form(ticket)["marks"][0])


def forget() -> None:
    """What the test read before is no longer so."""
    db.session.rollback()
    db.session.expire_all()


def address(ticket: Ticket) -> str:
    return f"/tickets/{ticket.number}/intake"


class Controls(HTMLParser):
    """What a browser would send of a page: fields with their values, choices that are ticked."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        ticked = given.get("type") not in ("radio", "checkbox") or "checked" in given
        if tag == "input" and ticked and name:
            self.values.setdefault(name, []).append(given.get("value") or "")
        if tag == "textarea":
            self.area = name

    def handle_data(self, data: str) -> None:
        if self.area:
            self.values[self.area] = [data.removeprefix("\n")]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""


def controls(page: str) -> dict[str, list[str]]:
    reader = Controls()
    reader.feed(page)
    for search in ("q", "language", "back", "line"):
        reader.values.pop(search, None)
    reader.values["csrf_token"] = reader.values.get("csrf_token", [])[:1]
    return reader.values


def checked(page: str, name: str) -> list[str]:
    """The values that are ticked or hidden under this name."""
    return controls(page).get(name, [])


def differing(page: str) -> set[str]:
    return set(re.findall(r'data-part-name="([^"]*)"', page))


def reads(subject: str) -> list[dict[str, object]]:
    entries = db.session.query(AuditEntry).filter_by(action="read", subject=subject)
    return [entry.detail for entry in entries.order_by(AuditEntry.id)]


def spaced(number: str) -> str:
    return f"{number[:4]} {number[4:8]} {number[8:]}"


def opened(**facts: object) -> Ticket:
    with transaction():
        return builders.ticket(now=facts.get("received_at", NOON), **facts)


def fresh(ticket: Ticket) -> Ticket:
    return db.session.get(Ticket, ticket.id)


def company() -> Member:
    """A company with one contact, found by its name, reading, phones and numbers."""
    details = Details(
        number="C900",
        name="ヤマダ部品㈱",
        kana="ヤマダブヒン",
        corporate_number="9180301000418",
        jnx_number="20418",
        phones=("0566-00-1234",),
        sites=(SiteDetails(address="愛知県安城市1-1"), SiteDetails(name="本社工場")),
        contacts=(
            ContactDetails(name="山田 花子", kana="ヤマダ ハナコ", phones=("090-1234-5678",)),
        ),
    )
    with transaction():
        return members.save(None, details, version=1, by_id=None, now=NOON)


def twins() -> tuple[Ticket, Ticket]:
    """Two tickets of the same number, the older one first."""
    phone = {"caller_phone": "+81566001234"}
    return opened(received_at=NOON - HOUR, **phone), opened(case_types=(), **phone)


TYPED = {
    "case_types": ["ransom", "leak"],
    "primary": "leak",
    "company": "ヤマダ部品㈱",
    "caller_name": "邊見 さゆり",
    "callback_phone": "090-0000-7781",
    "company_channels_unsafe": "1",
    "occurred_day": "11/4",
    "occurred_time": "7:40",
    "discovered_by": "警備員",
    "summary": "EDIが開かない。\r\n月曜の出荷に間に合わない。",
    "answers.ongoing": ["", "yes"],
    "consents.sompo_japan": "yes",
    "consents.agent": "no",
    "consents.partners": "",
}
