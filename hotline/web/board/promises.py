"""The rows of promises: call back, and try again."""

from collections.abc import Iterator
from datetime import datetime

from flask import url_for

from hotline.edge.language import gettext
from hotline.followups.models import Followup
from hotline.followups.queries import Tried
from hotline.followups.rules import Status as Promise
from hotline.followups.rules import is_late
from hotline.tickets.models import Ticket
from hotline.web import formats
from hotline.web.board.rows import Act, Row, Work, calm, lane, open_


def rows(work: Work, ticket: Ticket, followup: Followup, now: datetime) -> Iterator[Row]:
    tried = work.tried.get(followup.id)
    if tried is not None and tried.last.next_try_at is not None:
        yield _next_try(work, ticket, followup, tried, now)
        return
    when = calm(ticket, formats.promise(followup, now=now))
    late = is_late(followup.status, followup.take_up_by, now=now)
    taken = followup.status == Promise.TAKEN
    yield Row(
        lane(ticket, followup.due_at, now, late=late),
        followup.due_at,
        when,
        gettext("Call back") if taken else gettext("Call back as promised"),
        ticket,
        _call_act(work, ticket, followup),
        who=followup.taken_by_id,
    )


def _next_try(work: Work, ticket: Ticket, followup: Followup, tried: Tried, now: datetime) -> Row:
    at = tried.last.next_try_at or followup.due_at
    when = formats.due(at, max(now, at), now=now)
    return Row(
        lane(ticket, at, now, late=False),
        at,
        when,
        gettext("Call again, try %(number)s", number=tried.tries + 1),
        ticket,
        _call_act(work, ticket, followup),
        who=followup.taken_by_id or tried.last.by_id,
    )


def _call_act(work: Work, ticket: Ticket, followup: Followup) -> Act:
    if followup.status != Promise.TAKEN and not (
        ticket.id in work.callable and ticket.coordinator_id
    ):
        path = url_for("promises.take", number=ticket.number, promise=followup.id)
        return Act(path, gettext("Take up"), posts=True)
    if ticket.id in work.callable:
        path = url_for("callback.place", number=ticket.number)
        return Act(path, gettext("Ring them"), posts=True, icon="telephone-outbound")
    return open_(url_for("tickets.show", number=ticket.number))
