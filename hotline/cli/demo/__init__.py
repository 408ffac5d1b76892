"""``flask demo``: people, companies and tickets to try the hotline with."""

import json
from typing import Any

import click

from hotline import clock
from hotline.cli.demo import replay, rings, roster, scene, vendors
from hotline.cli.demo.people import PEOPLE, Known
from hotline.edge import identity, keys
from hotline.jobs import work
from hotline.people import queries
from hotline.people import service as people
from hotline.people.models import Person
from hotline.tickets.models import Ticket
from hotline.tickets.rules import spaced
from hotline.transaction import transaction

HEADING = f"{'id':>3}  {'role':<14} {'e-mail':<28} {'password':<28} TOTP secret"


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
        vendors.load(now=now)
        loaded = {"people": [_shown(_load(known), known) for known in PEOPLE]}
        roster.put_on_duty(now=now)
        scene.import_companies(now=now)
        rings.record_calls(now=now)
        loaded["tickets"] = [_ticket(ticket) for ticket in scene.open_tickets(now=now)]
    replay.tell_what_was_due(work.prepare(identity.settings()), now=now)
    if as_json:
        click.echo(json.dumps(loaded, ensure_ascii=False, indent=2))
        return
    click.echo(HEADING)
    for one in loaded["people"]:
        secret = one["totp_secret"] or "-"
        click.echo(
            f"{one['id']:>3}  {one['role']:<14} {one['email']:<28} {one['password']:<28} {secret}"
        )
    click.echo("\nticket       company")
    for ticket in loaded["tickets"]:
        click.echo(f"{spaced(ticket['number'])}  {ticket['company']}")
    click.echo("\n`flask person code EMAIL` shows the code of the second factor.")


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
