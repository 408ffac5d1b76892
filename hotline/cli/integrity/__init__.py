"""``flask integrity``: do the rows agree with each other, and what to do where they do not."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict

import click

from hotline.cli.integrity import files, partners, promises, tickets
from hotline.cli.integrity.finding import Finding
from hotline.cli.output import json_option

CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    promises.open_tickets_have_a_promise,
    promises.moved_promises_have_a_successor,
    promises.pending_promises_have_a_notice,
    promises.announced_promises_were_told,
    tickets.ended_tickets_owe_nothing,
    tickets.duplicates_lead_on,
    tickets.codes_are_configured,
    tickets.tickets_are_found,
    promises.notices_wake_in_time,
    promises.notices_have_their_key,
    tickets.tickets_have_one_primary_type,
    tickets.ticket_numbers_are_numbers,
    tickets.calls_refer_to_tickets,
    partners.open_offers_have_an_end,
    partners.whoever_stands_in_line_waits_for_somebody,
    partners.engagements_agree,
    partners.tasks_agree_with_their_tickets,
    files.evidence_lies_in_the_store,
    files.the_store_holds_only_evidence,
    files.uploads_leave_nothing,
    files.files_wait_for_a_scanner_that_is_there,
    files.files_have_their_custody,
)


def findings() -> list[Finding]:
    """Everything that does not agree, check by check; [] when the system is sound."""
    return [finding for one in CHECKS for finding in one()]


@click.group("integrity")
def integrity() -> None:
    """Whether the rows agree with each other."""


@integrity.command("check")
@json_option
def check(as_json: bool) -> None:
    """Find what does not agree, and say what to do about each."""
    found = findings()
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in found], ensure_ascii=False))
    else:
        for finding in found:
            click.echo(f"{finding.where} {finding.what}. To do: {finding.do}.")
        click.echo(f"{len(CHECKS)} checks, {len(found)} findings.")
    if found:
        raise SystemExit(1)


commands = [integrity]
