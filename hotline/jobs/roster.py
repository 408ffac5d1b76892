"""Look every minute whether somebody is on duty in the days to come; if not, people are told."""

import structlog

from hotline.duty import queries
from hotline.duty import service as duty
from hotline.jobs.work import Work
from hotline.transaction import transaction

log = structlog.get_logger(__name__)


def look(work: Work) -> int:
    """How many gaps people are told of; nothing is written while the roster stays as it was."""
    now = work.now()
    if not queries.gaps_have_changed(now):
        return 0
    with transaction():
        told = duty.look_for_gaps(now=now)
    if told:
        log.warning("duty.gaps", gaps=told)
    return told
