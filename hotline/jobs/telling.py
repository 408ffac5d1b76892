"""Tell callers their number and promise when the desk has stopped typing how to reach them."""

import structlog
from sqlalchemy.exc import OperationalError

from hotline.db import db
from hotline.jobs.work import Work
from hotline.tickets import queries
from hotline.tickets import service as tickets
from hotline.transaction import transaction

log = structlog.get_logger(__name__)


def tell(work: Work) -> int:
    """Every ticket whose time has come, each in its own transaction; how many callers are told.

    Raises what the database raises while it is away.
    """
    told = 0
    for ticket_id in queries.to_tell(work.now()):
        if work.stopping():
            break
        told += _tell(ticket_id, work)
    return told


def _tell(ticket_id: int, work: Work) -> int:
    """One ticket; one that is broken does not hold up the others."""
    try:
        with transaction():
            channels = tickets.tell_when_due(ticket_id, now=work.now())
    except OperationalError:
        raise
    except Exception as error:
        log.error("telling.broken", ticket=ticket_id, kind=type(error).__name__, exc_info=True)
        db.session.rollback()
        return 0
    return int(bool(channels))
