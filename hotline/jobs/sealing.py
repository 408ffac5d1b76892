"""Seal what is new in the audit trail into its chain, soon after it was written."""

from hotline.audit import service as audit
from hotline.jobs.work import Work
from hotline.transaction import transaction

BATCH = 500


def seal(work: Work) -> int:
    """Seal until nothing is left, a batch in each transaction; how many entries were sealed."""
    total = 0
    while not work.stopping() and audit.unsealed():
        with transaction():
            sealed = audit.seal(BATCH)
        total += sealed
        if sealed < BATCH:
            break
    return total
