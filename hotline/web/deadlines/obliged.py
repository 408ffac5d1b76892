"""What an insured company has to see to after an accident, in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hotline import policy
from hotline.calendars.rules import Label
from hotline.deadlines import queries
from hotline.deadlines.models import Obligation
from hotline.deadlines.rules import Duty, ObligationsPolicy
from hotline.edge.language import current
from hotline.people import queries as people
from hotline.tickets.models import Ticket
from hotline.tickets.rules import ENDED


@dataclass(frozen=True)
class Row:
    """One duty as it stands; the texts are "" for one that the configuration knows no more."""

    one: Obligation
    label: str
    limit: str = ""
    what: str = ""
    why: str = ""
    source: str = ""


def of_ticket(ticket: Ticket) -> dict[str, Any]:
    """What the lists show: the duties with those that are open first, and who ticked them.

    ``no_notice`` and ``then`` are said to everybody, also where nobody is known to be insured.
    """
    known, ended = policy.get(ObligationsPolicy), ticket.status in ENDED
    rows = [_row(one, known) for one in queries.obligations_of(ticket.id)]
    return {
        "rows": sorted(rows, key=lambda row: row.one.done_at is not None),
        "open_count": 0 if ended else sum(row.one.done_at is None for row in rows),
        "names": people.names([row.one.done_by_id for row in rows]),
        **said(),
    }


def said() -> dict[str, str]:
    """That talking to us is no claim notice, and what to do instead."""
    known = policy.get(ObligationsPolicy)
    return {"no_notice": _in_words(known.no_notice), "then": _in_words(known.then)}


def _row(one: Obligation, known: ObligationsPolicy) -> Row:
    duty = known.by_code.get(one.code)
    return Row(one, one.code) if duty is None else Row(one, *_texts(duty))


def _texts(duty: Duty) -> Sequence[str]:
    told = (duty.label, duty.limit, duty.what, duty.why, duty.source)
    return [_in_words(one) for one in told]


def _in_words(label: Label) -> str:
    return str(getattr(label, current()))
