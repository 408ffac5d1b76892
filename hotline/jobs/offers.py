"""Look after every offer whose time has come; the channels do the telling."""

import structlog
from sqlalchemy.exc import OperationalError

from hotline.coordination import queries, service
from hotline.db import db
from hotline.jobs.work import Work
from hotline.transaction import transaction

log = structlog.get_logger(__name__)


def look(work: Work) -> int:
    """Ring the next contact or ask the next partner, each offer in its own transaction.

    How many there were. What is rung, asked and told are rows of one transaction: whoever dies in
    it has told nobody, and the next look does it. Raises what the database raises while it is away.
    """
    done = 0
    for offer_id in queries.due_offer_ids(now=work.now()):
        if work.stopping():
            break
        done += _look_after(offer_id, work)
    return done


def _look_after(offer_id: int, work: Work) -> int:
    """One offer; one that is broken does not hold up the others."""
    try:
        with transaction():
            looked = service.look_after(offer_id, now=work.now())
    except OperationalError:
        raise
    except Exception as error:
        log.error("offer.broken", offer=offer_id, kind=type(error).__name__, exc_info=True)
        db.session.rollback()
        return 0
    log.info("offer.looked_after", offer=offer_id, done=looked)
    return int(looked)
