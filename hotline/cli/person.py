"""``flask person``: accounts."""

import click

from hotline import clock
from hotline.cli.output import Commands, json_option, rows
from hotline.edge import identity, keys
from hotline.notices import service as notices
from hotline.notices.rules import Kind
from hotline.people import queries, rules
from hotline.people import service as people
from hotline.people.models import Person
from hotline.people.rules import Account, Role
from hotline.tickets import service as tickets
from hotline.transaction import transaction
from hotline.vendors import service as vendors


@click.group(cls=Commands)
def person() -> None:
    """Everybody with an account."""


@person.command("list")
@json_option
def list_(*, as_json: bool) -> None:
    """Print all accounts."""
    found = (
        {
            "id": one.id,
            "email": one.email,
            "name": one.name,
            "roles": sorted(one.roles) if as_json else ",".join(sorted(one.roles)),
            "state": people.state(one),
        }
        for one in queries.everybody()
    )
    rows(found, as_json=as_json)


@person.command()
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option(
    "--role", "roles", required=True, multiple=True, type=click.Choice([one.value for one in Role])
)
@click.option("--member-number", help="The company of a member.")
@click.option("--vendor-code", help="The company of a partner.")
@click.option("--phone", help="What is rung when this person is on duty.")
@click.option("--manager", is_flag=True, help="A member: looks after the company's accounts.")
def invite(roles: tuple[str, ...], *, manager: bool, **fields: str | None) -> None:
    """Write an account down and let the worker send the invitation; it is good for 72 hours."""
    given = Account(
        email=fields["email"] or "",
        name=fields["name"] or "",
        roles=frozenset(Role(role) for role in roles),
        member_number=fields["member_number"],
        vendor_code=fields["vendor_code"],
        phone=fields["phone"],
        manager=manager,
    )
    now = clock.now()
    with transaction():
        vendors.check_account(given)
        made = people.invite(given, by_id=None, now=now)
        subject = people.subject(made.id)
        notices.tell(subject, Kind.INVITE, person_id=made.id, due_at=now, facts={}, now=now)
    click.echo(f"{made.email} is invited; the worker sends the mail.")


@person.command()
@click.argument("email")
def disable(email: str) -> None:
    """Shut somebody out at once: sessions, links and tokens are dead."""
    with transaction():
        tickets.shut_out(account(email), by_id=None, now=clock.now())
    click.echo(f"{email} is disabled.")


@person.command()
@click.argument("email")
def code(email: str) -> None:
    """Print the six digits that this person's authenticator shows now (not in production)."""
    if identity.settings().in_production:
        raise click.ClickException("A code proves who somebody is; production never prints one.")
    stored = account(email).totp_secret
    secret = keys.cipher().decrypt(stored) if stored else ""
    if not secret:
        raise click.ClickException(f"{email} has no second factor.")
    click.echo(rules.code_at(secret, clock.now()))


def account(email: str) -> Person:
    """The person with this address. Raises ClickException when there is none."""
    found = queries.by_email(email)
    if found is None:
        raise click.ClickException(f"Nobody has the address {email}.")
    return found


commands = [person]
