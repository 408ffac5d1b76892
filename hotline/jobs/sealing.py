"""Seal what is new in the audit trail into its chain, soon after it was written."""

import structlog

from hotline.audit import queries
from hotline.audit import service as audit
from hotline.jobs.work import Work
from hotline.transaction import transaction

log = structlog.get_logger(__name__)

BATCH = 500


def seal(work: Work) -> int:
    """Seal until nothing is left, a batch in each transaction; how many entries were sealed.

    Each new head is logged: where the log is kept elsewhere, so is an anchor of the chain.
    """
    total = 0
    while not work.stopping() and audit.unsealed():
        with transaction():
            sealed = audit.seal(BATCH)
            head = queries.head()
        if sealed:
            log.info("audit.head", seq=head.seq, digest=head.digest)
        total += sealed
        if sealed < BATCH:
            break
    return total
