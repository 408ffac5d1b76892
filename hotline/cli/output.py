"""How commands take times and print rows."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import click
from flask.cli import AppGroup

from hotline import clock
from hotline.audit import service as audit
from hotline.clock import TOKYO
from hotline.errors import Problem
from hotline.searchkeys import clean_name
from hotline.transaction import transaction

WORDS_LETTERS = 200
"""Nothing that anybody looks for is longer."""


class Commands(AppGroup):
    """A group of commands; one that is refused ends with the sentence, not with a trace."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command inside the application; a Problem becomes exit code 1."""
        try:
            return super().invoke(ctx)
        except Problem as problem:
            raise click.ClickException(str(problem)) from problem


class Moment(click.ParamType[datetime]):
    """An ISO 8601 time with a zone, such as 2026-12-30T22:15+09:00."""

    name = "ISO"

    def convert(self, value: Any, param: Any, ctx: Any) -> datetime:
        """The aware instant in UTC; a time without a zone is refused."""
        if isinstance(value, datetime):
            return value
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a time such as 2026-12-30T22:15+09:00", param, ctx)
        if at.tzinfo is None:
            whole = value if len(value) > len("2026-12-30") else f"{value}T09:00"
            self.fail(f"{value!r} needs a zone, such as {whole}+09:00", param, ctx)
        try:
            return at.astimezone(UTC)
        except OverflowError:
            self.fail(f"{value!r} is outside the years a computer can count", param, ctx)


MOMENT = Moment()


class Words(click.ParamType[str]):
    """What somebody looks for: one line, without letters that no table can hold."""

    name = "text"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        """The text as it can be looked for; what a terminal could not read is refused."""
        try:
            return clean_name(str(value), WORDS_LETTERS)
        except Problem as problem:
            self.fail(str(problem), param, ctx)


WORDS = Words()

json_option: Callable[[Any], Any] = click.option(
    "--json", "as_json", is_flag=True, help="Print JSON for programs."
)


def local(at: datetime | None) -> str:
    """The instant as people in Japan read it; "" for None."""
    return at.astimezone(TOKYO).strftime("%Y-%m-%d %H:%M:%S") if at else ""


def iso(at: datetime | None) -> str | None:
    """The instant in Tokyo time for programs; None for None."""
    return at.astimezone(TOKYO).isoformat() if at else None


def note_read(subject: str, **detail: object) -> None:
    """Save in the audit trail that ``subject`` is read; only then may anything be printed."""
    with transaction():
        audit.write("read", subject, by_id=None, now=clock.now(), **detail)


def rows(found: Iterable[Mapping[str, Any]], *, as_json: bool, counted: bool = True) -> None:
    """Print one line a row and, when ``counted``, how many; or all rows as a JSON list."""
    listed = list(found)
    if as_json:
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2, default=str))
        return
    for row in listed:
        click.echo("  ".join(str(value) for value in row.values() if value is not None))
    if counted:
        click.echo(f"{len(listed)} in all." if listed else "None.")
