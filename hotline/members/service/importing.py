"""Take over a file of companies, whole or not at all."""

from collections.abc import Mapping
from datetime import datetime

from hotline.audit import service as audit
from hotline.members import queries, rules
from hotline.members.models import Member
from hotline.members.rules import Plan, Report, Sheet
from hotline.members.service.writing import Saving, details_of, new, subject, write

FILE = "members"
"""How audit entries name all companies together."""


def check_rows(sheet: Sheet) -> Report:
    """What importing these rows would do; nothing is changed."""
    return _plan(sheet)[0].report


def import_rows(sheet: Sheet, *, by_id: int | None, now: datetime) -> Report:
    """Add and correct companies as the rows say; with one wrong row nothing is changed.

    The answer says row by row what became of it. The same rows once more change nothing.
    """
    plan, on_file = _plan(sheet)
    if not plan.report.may_be_imported:
        return plan.report
    write(
        [
            Saving(on_file.get(number) or new(number, now=now), details)
            for number, (details, _) in plan.changed.items()
        ],
        now=now,
    )
    for number, (_, fields) in plan.changed.items():
        action = "member.changed" if number in on_file else "member.added"
        audit.write(action, subject(number), by_id=by_id, now=now, fields=list(fields))
    audit.write(
        "member.imported",
        FILE,
        by_id=by_id,
        now=now,
        rows=len(sheet.rows),
        changed=len(plan.changed),
    )
    return plan.report


def _plan(sheet: Sheet) -> tuple[Plan, Mapping[str, Member]]:
    """What the rows do to the companies on file, and these companies."""
    checked = [rules.check_row(row) for row in sheet.rows]
    on_file = queries.by_numbers(rules.numbers(checked))
    known = {number: details_of(member) for number, member in on_file.items()}
    return rules.plan(checked, known, unknown=sheet.unknown), on_file
