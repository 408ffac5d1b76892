"""``flask config``: whether everything that was configured can be used."""

from collections.abc import Callable

import click
from sqlalchemy.exc import OperationalError

from hotline import clock
from hotline.adapters import scanner, twiml
from hotline.adapters.file_store import FileStore
from hotline.adapters.scanner import ScannerSilent
from hotline.adapters.twiml import Script
from hotline.calendars import service as calendars
from hotline.calls.rules import VoicePolicy
from hotline.clock import TOKYO
from hotline.db import weak_settings
from hotline.duty.rules import LinesPolicy
from hotline.edge.identity import settings
from hotline.jobs import wording
from hotline.policy import get
from hotline.settings import SettingsError, cannot_keep


def _texts() -> list[str]:
    try:
        wording.load(settings().config_dir)
    except SettingsError as error:
        return str(error).splitlines()
    return []


def _database() -> list[str]:
    try:
        weak = weak_settings()
    except OperationalError:
        return ["the database cannot be reached; HOTLINE_DATABASE_URL says where it is"]
    return [f"PostgreSQL can forget what it acknowledged: {one}" for one in weak]


def _spool() -> list[str]:
    problem = cannot_keep(settings().spool_dir)
    return [problem] if problem else []


def _files() -> list[str]:
    problem = cannot_keep(FileStore.from_url(settings().files_url).root)
    return [problem] if problem else []


PROBLEMS: dict[str, Callable[[], list[str]]] = {
    "texts of notices": _texts,
    "database": _database,
    "spool": _spool,
    "files": _files,
}
"""What can be wrong although the application started; settings and policies stop it at once."""


def _holidays() -> list[str]:
    today = clock.now().astimezone(TOKYO).date()
    warning = calendars.from_config("hotline").warning(today)
    return [warning.en] if warning else []


def _lines() -> list[str]:
    lost = get(LinesPolicy).lines_that_reach_nobody()
    return [f"the line {line} has no duty phone; set it in config/lines.toml" for line in lost]


def _alert() -> list[str]:
    if settings().alert_mail:
        return []
    return ["HOTLINE_ALERT_MAIL is not set: administrators are told about trouble instead"]


def _scanner() -> list[str]:
    """It may be started later than the hotline: a warning, and files wait for it."""
    found = scanner.from_url(settings().scanner)
    if found is None:
        return ["HOTLINE_SCANNER is none: what members send stays in quarantine"]
    try:
        found.ping()
    except ScannerSilent as error:
        return [f"HOTLINE_SCANNER: {error}; files wait until it does"]
    return []


WARNINGS: tuple[Callable[[], list[str]], ...] = (_holidays, _lines, _alert, _scanner)


@click.group("config")
def config() -> None:
    """What was configured."""


@config.command("check")
def check() -> None:
    """Say what is configured, what to mind, and what cannot be used."""
    one = settings()
    click.echo(f"ok       settings ({one.env}, phone {one.phone}, mail {one.mail}) and policies")
    failed = [name for name, ask in PROBLEMS.items() if _say(name, ask())]
    for warning in (warning for ask in WARNINGS for warning in ask()):
        click.echo(f"warning  {warning}")
    if failed and (one.in_production or failed != ["database"]):
        raise click.ClickException(f"Please repair: {', '.join(failed)}.")
    click.echo("The configuration can be used.")


@config.command("fallback")
@click.option("--line", "code", help="The line whose duty phone is rung; else the default line.")
def fallback(code: str | None) -> None:
    """Print what the telephone company plays when this application cannot be reached.

    Put it on another host, as the address that is asked when ours does not answer.
    """
    lines = get(LinesPolicy)
    if code is not None and code not in lines.codes:
        raise click.UsageError(f"--line {code}: choose one of {', '.join(lines.codes)}.")
    line = lines.line(code) if code else lines.line_for_called_number("")
    if line.code in lines.lines_that_reach_nobody():
        raise click.ClickException(
            f"The line {line.code} has no duty phone; set it in config/lines.toml first."
        )
    click.echo(Script(get(VoicePolicy), twiml.load_texts(settings().config_dir)).fallback(line))


def _say(name: str, problems: list[str]) -> bool:
    if not problems:
        click.echo(f"ok       {name}")
    for problem in problems:
        click.echo(f"problem  {name}: {problem}")
    return bool(problems)


commands = [config]
