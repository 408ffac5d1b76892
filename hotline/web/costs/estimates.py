"""What waits for a member's word, for its own pages."""

from collections.abc import Collection
from typing import Any

from hotline.coordination.queries import costs as on_record
from hotline.people.models import Person
from hotline.tickets.models import Ticket


def of_viewer(viewer: Person) -> dict[str, Any]:
    """Every estimate that waits on the tickets this person sees, the oldest first."""
    return {"estimates": on_record.waiting_for(viewer)}


def of_tickets(tickets: Collection[Ticket], viewer: Person) -> dict[str, Any]:
    """Those of some tickets."""
    wanted = {one.id for one in tickets}
    found = on_record.waiting_for(viewer)
    return {"estimates": [one for one in found if one[2].id in wanted]}
