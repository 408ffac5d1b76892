"""Remind members of what the insurance asks for after an accident, while it is open."""

import structlog
from sqlalchemy.exc import OperationalError

from hotline.db import db
from hotline.deadlines import queries
from hotline.jobs.work import Work
from hotline.tickets import service as tickets
from hotline.transaction import transaction

log = structlog.get_logger(__name__)


def remind(work: Work) -> int:
    """Every ticket with a reminder that is due, each in its own transaction; by how many ways.

    The next reminder is set in the transaction that saves the messages: whoever dies in it has
    told nobody, and the next look does it. Raises what the database raises while it is away.
    """
    told = 0
    for ticket_id in queries.to_remind(work.now()):
        if work.stopping():
            break
        told += _remind(ticket_id, work)
    return told


def _remind(ticket_id: int, work: Work) -> int:
    """One ticket; one that is broken does not hold up the others."""
    try:
        with transaction():
            return tickets.remind_of_obligations(ticket_id, now=work.now())
    except OperationalError:
        raise
    except Exception as error:
        log.error("obligations.broken", ticket=ticket_id, kind=type(error).__name__, exc_info=True)
        db.session.rollback()
        return 0
