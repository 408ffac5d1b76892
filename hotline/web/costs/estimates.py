"""What waits for a member's word, for its own pages."""

from typing import Any

from hotline.coordination.queries import costs as on_record
from hotline.tickets.models import Ticket


def of_company(member_number: str | None) -> dict[str, Any]:
    """Every estimate that waits for this company, the oldest first."""
    found = on_record.waiting_for(member_number) if member_number else []
    return {"estimates": found}


def of_ticket(ticket: Ticket) -> dict[str, Any]:
    """Those of one ticket."""
    found = of_company(ticket.member_number)["estimates"]
    return {"estimates": [one for one in found if one[2].id == ticket.id]}
