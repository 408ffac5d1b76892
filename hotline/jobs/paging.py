"""Ring the next person of every page whose time has come; the channels do the telling."""

import structlog
from sqlalchemy.exc import OperationalError

from hotline.db import db
from hotline.duty import queries
from hotline.duty import service as duty
from hotline.jobs.work import Work
from hotline.transaction import transaction

log = structlog.get_logger(__name__)


def ring(work: Work) -> int:
    """Look once at every page that is due, each in its own transaction; how many people are rung.

    A ring and its messages are rows of one transaction: whoever dies in it has rung nobody, and
    the next look rings that person. Raises what the database raises while it is away.
    """
    rung = 0
    for page_id in queries.due_page_ids(now=work.now()):
        if work.stopping():
            break
        rung += _ring(page_id, work)
    return rung


def _ring(page_id: int, work: Work) -> int:
    """One page; one that is broken does not hold up the others."""
    try:
        with transaction():
            chosen = duty.ring_next(page_id, now=work.now())
    except OperationalError:
        raise
    except Exception as error:
        log.error("page.broken", page=page_id, kind=type(error).__name__, exc_info=True)
        db.session.rollback()
        return 0
    log.info("page.looked_at", page=page_id, people=[someone.id for someone in chosen])
    return len(chosen)
