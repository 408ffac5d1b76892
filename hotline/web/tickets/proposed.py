"""What a ticket's page says of work that may be needed, and of who is on the other side."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hotline import policy
from hotline.coordination import queries
from hotline.coordination.models import OpposingParty
from hotline.coordination.rules import FunctionsPolicy, RoutingPolicy, TaskProposal
from hotline.edge.language import current
from hotline.tickets.models import Ticket
from hotline.web import formats


@dataclass(frozen=True)
class Proposed:
    """One proposal in the words of the reader."""

    proposal: TaskProposal
    name: str
    works: Sequence[str]
    because: Sequence[str]
    waits: Sequence[str]


def shown(ticket: Ticket, *, now: datetime) -> list[Proposed]:
    """What the rules propose for a ticket and nobody has dealt with yet."""
    return [_in_words(one) for one in queries.proposals_for(ticket, now=now)]


def parties(ticket: Ticket) -> Sequence[OpposingParty]:
    """Who stands on the other side, in the order they were noted."""
    return queries.opposing_parties(ticket.id)


def _in_words(proposal: TaskProposal) -> Proposed:
    tongue = current()
    works = policy.get(FunctionsPolicy).by_code[proposal.function].works
    reasons = policy.get(RoutingPolicy).reasons(proposal.because)
    return Proposed(
        proposal=proposal,
        name=formats.function(proposal.function),
        works=[str(getattr(one, tongue)) for one in works if one.code in proposal.works],
        because=list(dict.fromkeys(str(getattr(one, tongue)) for one in reasons)),
        waits=[str(getattr(one, tongue)) for one in proposal.waits_for],
    )
