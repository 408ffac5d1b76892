"""What a member wrote over the web because the phone was busy: what must be in it, how often."""

from datetime import timedelta

from hotline.errors import N_, Invalid, Problem
from hotline.tickets.rules import Intake

WRITTEN_AT_MOST = 5
WRITTEN_WITHIN = timedelta(hours=1)
"""So many reports of one person: whoever has more to say calls, or writes on the ticket."""


def check_written(intake: Intake) -> None:
    """Refuse what nobody can act on. Raises Invalid for ``summary`` and ``callback_phone``."""
    problems: dict[str, Problem] = {}
    if not intake.case_types and not intake.summary.strip():
        problems["summary"] = Problem(
            N_("Choose what it is about, or write a few words about what happened.")
        )
    if not any(letter.isdecimal() for letter in intake.callback_phone):
        problems["callback_phone"] = Problem(N_("Write the number at which we can call you."))
    if problems:
        raise Invalid(problems)
