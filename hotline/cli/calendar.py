"""``flask calendar``: ask why, change single dates, take the official list."""

import json
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from hotline import clock
from hotline.audit import service as audit
from hotline.calendars import queries, rules
from hotline.calendars import service as calendars
from hotline.calendars.models import CalendarException
from hotline.calendars.rules import Calendar, ServiceStart
from hotline.calendars.service import Change
from hotline.cli import output
from hotline.clock import TOKYO
from hotline.edge.identity import settings
from hotline.followups.queries import Wanted
from hotline.followups.rules import OPEN
from hotline.tickets import queries as tickets
from hotline.transaction import transaction

PROMISES = "hotline"
"""Promises are made on this calendar."""


class Day(click.ParamType[date]):
    """A date such as 2026-12-30."""

    name = "DATE"

    def convert(self, value: Any, param: Any, ctx: Any) -> date:
        """The date; anything else is refused with a sentence."""
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a date such as 2026-12-30", param, ctx)


DAY = Day()

calendar_option: Callable[[Any], Any] = click.option(
    "--calendar",
    "name",
    type=click.Choice(["hotline", "government"]),
    default="hotline",
    show_default=True,
)
reason_ja_option: Callable[[Any], Any] = click.option(
    "--reason-ja", required=True, help="Why, in Japanese: callers may hear it."
)
reason_en_option: Callable[[Any], Any] = click.option(
    "--reason-en", required=True, help="Why, in English."
)


@click.group("calendar", cls=output.Commands)
def group() -> None:
    """Business hours, holidays, and why service starts when it does."""


commands = [group]


@group.command()
@click.argument("received_at", type=output.MOMENT)
@calendar_option
@click.option("--lang", type=click.Choice(["ja", "en"]), default="ja", show_default=True)
@output.json_option
def explain(received_at: datetime, name: str, lang: str, as_json: bool) -> None:
    """When service starts for a call received at that time, and every step that led there."""
    calendar = calendars.current(name)
    start = calendar.service_start(received_at)
    if as_json:
        click.echo(json.dumps(_told(start), ensure_ascii=False, indent=2))
        return
    for line in rules.explain(start)[lang]:
        click.echo(line)
    click.echo(f"\n{rules.reason(start)[lang]}")
    _warn(calendar)


@group.command()
@click.argument("day", type=DAY)
@calendar_option
@reason_ja_option
@reason_en_option
def close(day: date, name: str, reason_ja: str, reason_en: str) -> None:
    """Close one date; the promises that fall on it stay, and are listed."""
    now = clock.now()
    reason = rules.given_reason(reason_ja, reason_en)
    with transaction():
        row = calendars.close(name, day, reason, now=now)
        _record("close", row, now=now)
    click.echo(f"{day} is closed in the calendar {name}.")
    _list_broken(as_json=False)


@group.command("open")
@click.argument("day", type=DAY)
@click.option("--hours", multiple=True, required=True, help="A span such as 10:00-12:00.")
@calendar_option
@reason_ja_option
@reason_en_option
def open_day(day: date, hours: tuple[str, ...], name: str, reason_ja: str, reason_en: str) -> None:
    """Give one date hours of its own; repeat --hours for several spans, in order."""
    now = clock.now()
    reason = rules.given_reason(reason_ja, reason_en)
    spans = _spans(hours)
    with transaction():
        row = calendars.open_(name, day, spans, reason, now=now)
        _record("open", row, now=now)
    click.echo(f"{day} is open {', '.join(map(str, spans))} in the calendar {name}.")
    _list_broken(as_json=False)


@group.command()
@click.argument("day", type=DAY)
@calendar_option
def remove(day: date, name: str) -> None:
    """Let the rule hold again on one date."""
    now = clock.now()
    with transaction():
        _record("remove", calendars.remove(name, day, now=now), now=now)
    click.echo(f"{day} follows the rule again in the calendar {name}.")
    _list_broken(as_json=False)


@group.command("list")
@output.json_option
def list_days(as_json: bool) -> None:
    """List every single date that departs from the rule."""
    output.rows(map(_single_date, queries.exceptions()), as_json=as_json)


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_file(file: Path) -> None:
    """Take the Cabinet Office's list of holidays, or our own, whole or not at all."""
    data, directory = file.read_bytes(), settings().config_dir
    changes = calendars.compare(data, directory)
    if changes:
        # The trail first: when it cannot be written, the former list stays.
        _note_import("import", changes)
        _replace(data, directory, changes)
    calendars.load(directory)
    _report(changes)
    _list_broken(as_json=False)


def _note_import(action: str, changes: list[Change]) -> None:
    with transaction():
        audit.write(action, "calendar", by_id=None, now=clock.now(), **_per_year(changes))


def _replace(data: bytes, directory: Path, changes: list[Change]) -> None:
    try:
        calendars.import_list(data, directory)
    except OSError as error:
        _note_import("import_failed", changes)
        raise click.ClickException(f"The former list stays: {error}") from error


@group.command()
@output.json_option
def check(as_json: bool) -> None:
    """List the open promises at whose time the calendar is closed by now."""
    _warn(calendars.current(PROMISES))
    _list_broken(as_json=as_json)


def _told(start: ServiceStart) -> dict[str, Any]:
    return {
        "received_at": output.iso(start.received_at),
        "in_hours": start.in_hours,
        "service_start_at": output.iso(start.at),
        "provisional": start.provisional,
        "explanation": rules.reason(start),
        "steps": rules.explain(start),
    }


def _spans(hours: tuple[str, ...]) -> rules.Spans:
    try:
        return rules.parse_spans(hours)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--hours") from error


def _record(action: str, row: CalendarException, *, now: datetime) -> None:
    subject = f"calendar:{row.calendar}:{row.day}"
    audit.write(action, subject, by_id=None, now=now, spans=row.spans)


def _single_date(row: CalendarException) -> dict[str, Any]:
    hours = ", ".join("-".join(span) for span in row.spans)
    return {
        "day": row.day.isoformat(),
        "calendar": row.calendar,
        "hours": hours or "closed",
        "reason_ja": row.reason_ja,
        "reason_en": row.reason_en,
    }


def _per_year(changes: list[Change]) -> dict[str, Any]:
    return {str(year): f"+{added} -{removed}" for year, added, removed in _counts(changes)}


def _counts(changes: list[Change]) -> Iterator[tuple[int, int, int]]:
    for year in sorted({change.day.year for change in changes}):
        added = [change.added for change in changes if change.day.year == year]
        yield year, sum(added), len(added) - sum(added)


def _report(changes: list[Change]) -> None:
    if not changes:
        click.echo("The list is the one in use already. Nothing was changed.")
        return
    for year, added, removed in _counts(changes):
        click.echo(f"{year}: {added} added, {removed} removed")
    for change in changes:
        click.echo(f"  {'+' if change.added else '-'} {change.day} {change.name}")
    click.echo("Restart the web server and the worker: they still count with the former list.")


def _warn(calendar: Calendar) -> None:
    warning = calendar.warning(clock.now().astimezone(TOKYO).date())
    if warning:
        click.echo(warning.ja, err=True)


def _list_broken(*, as_json: bool) -> None:
    """Print the open promises at whose time the desk is closed; a person decides about each."""
    output.note_read("list:followups")
    broken = list(_broken(calendars.current(PROMISES)))
    if as_json:
        output.rows(broken, as_json=True)
        return
    if not broken:
        click.echo("Every open promise falls in business hours.")
        return
    click.echo("These open promises fall on a closed day or outside hours; none was moved:")
    output.rows(broken, as_json=False)


def _broken(calendar: Calendar) -> Iterator[dict[str, Any]]:
    # All of them: one that is left out is one that nobody decides about.
    found = [row for status in OPEN for row in tickets.promises(Wanted(status), sys.maxsize)]
    hit = set(rules.on_closed_day((promise.due_at for promise, _ in found), calendar))
    for promise, number in sorted(found, key=lambda row: (row[0].due_at, row[0].id)):
        if promise.due_at in hit:
            yield {
                "followup": promise.id,
                "ticket": number,
                "due_at": output.iso(promise.due_at),
                "day": calendar.day(promise.due_at.astimezone(TOKYO).date()).name.ja,
            }
