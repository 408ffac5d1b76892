"""``flask demo``: people and tickets to try the hotline with."""

import json
from dataclasses import dataclass
from typing import Any

import click

from hotline import clock
from hotline.cli.demo import scene
from hotline.edge import identity, keys
from hotline.people import queries
from hotline.people import service as people
from hotline.people.models import Person
from hotline.people.rules import Account, Role
from hotline.tickets.models import Ticket
from hotline.tickets.rules import spaced
from hotline.transaction import transaction


@dataclass(frozen=True)
class Known:
    """A demo account; the secrets are known to everybody who reads this file."""

    account: Account
    password: str
    totp_secret: str | None


def _staff(role: Role, name: str, phone: str, password: str) -> Known:
    given = Account(f"{role}@demo.example", name, frozenset({role}), phone=phone)
    # Base32, 160 bits, known to everybody: enough for a demo, refused in production.
    return Known(given, password, role.value.upper().ljust(32, "A"))


PEOPLE = (
    _staff(Role.OPERATOR, "大槻 美咲", "+819000000001", "evening calm desk"),
    _staff(Role.SUPERVISOR, "梶 正人", "+819000000002", "morning green tea"),
    _staff(Role.COORDINATOR, "瀬戸 圭", "+819000000003", "quiet harbour light"),
    Known(
        Account(
            "member-a@demo.example",
            "髙橋 誠",
            frozenset({Role.MEMBER}),
            member_number="JNX-1001",
        ),
        "precision screw plant",
        None,
    ),
    Known(
        Account(
            "member-b@demo.example",
            "山﨑 由紀",
            frozenset({Role.MEMBER}),
            member_number="JNX-1002",
        ),
        "rubber hose factory",
        None,
    ),
    Known(
        Account(
            "vendor-a@demo.example",
            "宮田 徹",
            frozenset({Role.VENDOR}),
            vendor_code="V-1001",
        ),
        "disk image reader",
        None,
    ),
    Known(
        Account(
            "vendor-b@demo.example",
            "小野寺 薫",
            frozenset({Role.VENDOR}),
            vendor_code="V-1002",
        ),
        "careful log keeper",
        None,
    ),
    _staff(Role.AUDITOR, "橘 真由", "+819000000004", "every line is sealed"),
    _staff(Role.ADMINISTRATOR, "菅野 隆", "+819000000005", "keys hang by the door"),
)
"""One of every role, members of two companies and partners of two."""


@click.group()
def demo() -> None:
    """People and tickets to try the hotline with (not in production)."""


@demo.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def load(*, as_json: bool) -> None:
    """Make the demo people and tickets, and print how to sign in. Twice changes nothing."""
    if identity.settings().in_production:
        raise click.ClickException("Everybody knows the demo passwords: not in production.")
    now = clock.now()
    with transaction():
        loaded = {"people": [_shown(_load(known), known) for known in PEOPLE]}
        scene.put_on_duty(now=now)
        loaded["tickets"] = [_ticket(ticket) for ticket in scene.open_tickets(now=now)]
    if as_json:
        click.echo(json.dumps(loaded, ensure_ascii=False, indent=2))
        return
    for one in loaded["people"]:
        secret = one["totp_secret"] or "-"
        click.echo(
            f"{one['id']:>3}  {one['role']:<14} {one['email']:<28} {one['password']:<28} {secret}"
        )
    for ticket in loaded["tickets"]:
        click.echo(f"{spaced(ticket['number'])}  {ticket['company']}")
    click.echo(
        "The last column of a person is the TOTP secret; `flask person code EMAIL` shows its code."
    )


def _load(known: Known) -> Person:
    found = queries.by_email(known.account.email)
    if found is not None:
        return found
    now = clock.now()
    person = people.invite(known.account, by_id=None, now=now)
    people.set_password(person, known.password, common=keys.common_passwords(), now=now)
    if known.totp_secret:
        person.totp_secret = keys.cipher().encrypt(known.totp_secret)
    return person


def _shown(person: Person, known: Known) -> dict[str, Any]:
    roles = sorted(person.roles)
    return {
        "id": person.id,
        "email": person.email,
        "name": person.name,
        "role": roles[0],
        "roles": roles,
        "member_number": person.member_number,
        "vendor_code": person.vendor_code,
        "password": known.password,
        "totp_secret": known.totp_secret,
    }


def _ticket(ticket: Ticket) -> dict[str, Any]:
    return {
        "id": ticket.id,
        "number": ticket.number,
        "company": ticket.company,
        "member_number": ticket.member_number,
    }


commands = [demo]
