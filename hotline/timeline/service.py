"""Write a ticket's story."""

from collections.abc import Mapping
from datetime import datetime

from hotline.db import append
from hotline.timeline.models import Line
from hotline.timeline.rules import SEEN_BY, Audience, Event


def write(  # noqa: PLR0913 - a line is exactly these things
    ticket_id: int,
    event: Event,
    *,
    at: datetime,
    by_id: int | None,
    audience: Audience | None = None,
    subject: str = "",
    facts: Mapping[str, object] | None = None,
) -> None:
    """Add one line; ``facts`` fill the places of the event's sentence (times as ISO, codes).

    ``subject``: the one thing of the ticket it is about, for example "task:12".
    """
    append(
        Line,
        ticket_id=ticket_id,
        at=at,
        event=event,
        facts=dict(facts or {}),
        audience=audience or SEEN_BY[event],
        subject=subject,
        person_id=by_id,
    )
