"""``flask token``: API tokens."""

import click

from hotline import clock
from hotline.cli.output import Commands
from hotline.cli.person import account
from hotline.people import rules
from hotline.people import service as people
from hotline.transaction import transaction


@click.group(cls=Commands)
def token() -> None:
    """API tokens; each may do what its person may."""


@token.command()
@click.option("--email", required=True, help="Whose token it will be.")
@click.option("--name", default="", help="What it is for, as its owner's list says it.")
@click.option(
    "--days", type=click.IntRange(1, 3650), help="After so many days it ends; without: never."
)
def create(email: str, name: str, days: int | None) -> None:
    """Print a new API token. It is shown this once."""
    with transaction():
        made = people.create_token(
            account(email), name=rules.clean_token_name(name), days=days, now=clock.now()
        )
    click.echo(made)


@token.command()
@click.argument("text", metavar="TOKEN", required=False)
@click.option("--email", help="Revoke every token of this person.")
def revoke(text: str | None, email: str | None) -> None:
    """Make one token, or all tokens of a person, worthless at once."""
    if (text is None) == (email is None):
        raise click.UsageError("Give either a token or --email.")
    with transaction():
        if email is not None:
            count = people.revoke_tokens(account(email), by_id=None, now=clock.now())
        else:
            count = int(people.revoke_token(text or "", now=clock.now()))
    if not count:
        raise click.ClickException("There was no living token.")
    click.echo(f"{count} revoked.")


commands = [token]
