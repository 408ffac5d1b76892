"""Put on record what waited on disk while the database was down: each happening once."""

from pathlib import Path

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from hotline.adapters.spool import Spool
from hotline.calls import service as calls
from hotline.jobs.work import Work
from hotline.transaction import transaction

log = structlog.get_logger(__name__)

AWAY = (OperationalError, InterfaceError, ProgrammingError, PoolTimeout)
"""The database is still down, busy, or not migrated yet: everything stays where it is."""


def take_in(work: Work) -> int:
    """Import what waits, the oldest first; how many files were put on record.

    Whoever dies between the commit and the removal of a file leaves one that is imported again,
    which changes nothing. A file that can never be imported is moved aside and logged. Raises
    what the database raises while it is away.
    """
    spool = Spool(work.settings.spool_dir)
    taken = 0
    for path in spool.waiting():
        if work.stopping():
            break
        taken += _take(spool, path, work)
    return taken


def _take(spool: Spool, path: Path, work: Work) -> bool:
    try:
        happening = spool.read(path)
        with transaction():
            calls.record(happening, now=work.now())
    except AWAY:
        raise
    except FileNotFoundError:
        return False  # Another worker was quicker.
    except Exception as error:
        log.error("spool.rejected", file=path.name, kind=type(error).__name__)
        spool.reject(path)
        return False
    spool.done(path)
    return True
