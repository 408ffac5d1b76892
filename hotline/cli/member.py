"""``flask member``: companies, and files of them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from hotline import clock
from hotline.api.members import MemberOut, shape
from hotline.cli import output
from hotline.errors import Invalid
from hotline.members import queries
from hotline.members import service as members
from hotline.members.models import Member
from hotline.members.rules import Line, Outcome, Report, Sheet
from hotline.transaction import transaction

MOST = 10_000


@click.group("member", cls=output.Commands)
def member() -> None:
    """Member companies."""


@member.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@output.json_option
def import_(file: Path, *, dry_run: bool, as_json: bool) -> None:
    """Add and correct companies as a CSV or XLSX file says, whole or not at all."""
    sheet = _read(file)
    report = members.check_rows(sheet) if dry_run else _import(sheet)
    shown = report.lines if as_json else _worth_saying(report)
    output.rows(map(_row, shown), as_json=as_json, counted=False)
    click.echo(_summary(report, dry_run=dry_run), err=as_json)
    if not report.may_be_imported:
        raise click.ClickException("Nothing is imported. Please correct these rows first.")


@member.command("list")
@click.option(
    "--q", default="", type=output.WORDS, help="Any part of name, address, people, phone or policy."
)
@click.option("--limit", type=click.IntRange(1, MOST), default=MOST, show_default=True)
@output.json_option
def list_(q: str, limit: int, as_json: bool) -> None:
    """List companies by number."""
    output.note_read("list:members", q=q)
    found = queries.search(q, limit=limit)
    rows: Callable[[Member], dict[str, Any]] = _whole if as_json else _short
    output.rows((rows(one) for one in found), as_json=as_json)


@member.command("show")
@click.argument("number", type=output.WORDS)
@output.json_option
def show(number: str, *, as_json: bool) -> None:
    """Print all that is known of one company."""
    found = queries.by_number(number)
    if found is None:
        raise click.ClickException(f"No company has the number {number}.")
    output.note_read(members.subject(found.number))
    described = _whole(found)
    output.rows([described] if as_json else _told(described), as_json=as_json)


def _read(file: Path) -> Sheet:
    """The rows of the file; a file far beyond what is taken is not read at all."""
    with file.open("rb") as opened:
        content = opened.read(members.LARGEST + 1)
    try:
        return members.read_file(content)
    except Invalid as invalid:
        raise click.ClickException(str(invalid.fields["file"])) from invalid


def _import(sheet: Sheet) -> Report:
    try:
        with transaction():
            return members.import_rows(sheet, by_id=None, now=clock.now())
    except (IntegrityError, StaleDataError):
        raise click.ClickException(
            "Somebody else saved one of these companies in between. Nothing is imported: try again."
        ) from None


def _worth_saying(report: Report) -> list[Line]:
    return [
        line
        for line in report.lines
        if line.outcome is not Outcome.UNCHANGED or line.remarks or line.findings
    ]


def _row(line: Line) -> dict[str, Any]:
    problems = [f"{one.field or 'row'}: {one.problem}" for one in line.findings]
    remarks = [f"{name}: {one.message % one.facts}" for name, one in (line.remarks or {}).items()]
    return {
        "row": line.row,
        "number": line.number or None,
        "outcome": line.outcome.value,
        "fields": ", ".join(line.fields) or None,
        "problems": "; ".join(problems) or None,
        "remarks": "; ".join(remarks) or None,
    }


def _summary(report: Report, *, dry_run: bool) -> str:
    counts = ", ".join(f"{report.count(one)} {one.value}" for one in Outcome)
    unknown = f" Columns not known: {', '.join(report.unknown)}." if report.unknown else ""
    tried = " Nothing was changed: this was a dry run." if dry_run else ""
    return f"Rows: {counts}; {report.companies} companies.{unknown}{tried}"


def _whole(one: Member) -> dict[str, Any]:
    described: dict[str, Any] = MemberOut().dump(shape(one, now=clock.now()))
    return described


def _short(one: Member) -> dict[str, Any]:
    site = one.sites[0].address if one.sites else None
    return {"number": one.number, "name": one.name, "kana": one.kana or None, "address": site}


def _told(described: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """One line a fact."""
    for name, value in described.items():
        values = value if isinstance(value, list) else [value]
        yield from ({"fact": name, "value": one} for one in values if one)


commands = [member]
