"""What a partner reads before it answers: what is asked for, how large, where, from when on.

Nothing here names the company that needs help, or anybody who works there.
"""

from dataclasses import dataclass
from datetime import datetime

from hotline import policy
from hotline.coordination.models import Offer, Task
from hotline.coordination.rules import FunctionsPolicy
from hotline.edge import language
from hotline.people import queries as people
from hotline.tickets.models import Ticket


@dataclass(frozen=True)
class Brief:
    """The brief in the reader's language; "" and None where the desk said nothing."""

    function: str
    works: tuple[str, ...]
    scope: str
    scale: str
    place: str
    language: str
    starts_at: datetime | None
    first_result_by: datetime | None
    due_at: datetime | None
    # Who of the hotline asks; "" when the one before did not answer and this partner was next.
    asker: str


def of(task: Task, ticket: Ticket, offer: Offer | None = None) -> Brief:
    """The brief of a task as it stands now."""
    code, functions = language.current(), policy.get(FunctionsPolicy)
    rule = functions.by_code.get(task.function)
    known = {one.code: str(getattr(one, code)) for one in rule.works} if rule else {}
    region = functions.regions.get(task.region)
    tongue = functions.languages.get(task.language)
    places = (str(getattr(region, code)) if region else "", task.place)
    return Brief(
        function=str(getattr(rule, code)) if rule else task.function,
        works=tuple(known[one] for one in task.works if one in known),
        scope=task.scope,
        scale=task.scale,
        place="・".join(one for one in places if one),
        language=str(getattr(tongue, code)) if tongue else "",
        starts_at=task.starts_at,
        first_result_by=task.first_result_by,
        due_at=task.due_at,
        asker=_asker(offer, ticket),
    )


def reasons() -> list[tuple[str, str]]:
    """Why a partner may decline, as code and words in the reader's language."""
    code, known = language.current(), policy.get(FunctionsPolicy).decline_reason
    return [(one.code, str(getattr(one, code))) for one in known]


def _asker(offer: Offer | None, ticket: Ticket) -> str:
    """Whoever made the offer, else whoever coordinates the incident."""
    for person_id in (offer.made_by_id if offer else None, ticket.coordinator_id):
        person = people.by_id(person_id) if person_id else None
        if person is not None:
            return person.name
    return ""
