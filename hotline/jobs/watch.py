"""Look whether promises are announced in time, and alarm people when they are not."""

from datetime import datetime

import structlog

from hotline import clock, heartbeats
from hotline.jobs.work import Work
from hotline.notices import queries
from hotline.notices import service as notices
from hotline.notices.rules import ALERT, LATE_AFTER, Kind
from hotline.people.rules import Role
from hotline.transaction import transaction

log = structlog.get_logger(__name__)


def look(work: Work) -> bool:
    """Alarm once an hour while the oldest due notice is too late or a kind of work is silent.

    The log line is the alarm of last resort: it needs no mail to go out.
    """
    now = work.now()
    late = queries.backlog(now)
    # Its own silence it cannot hear; /readyz does.
    silent = [kind for kind in heartbeats.silent(now=clock.now()) if kind != "watch"]
    if late <= LATE_AFTER and not silent:
        return False
    minutes = int(late.total_seconds() // 60)
    log.critical("alarm.backlog", minutes=minutes, silent=silent)
    with transaction():
        _tell({"minutes": minutes, "silent": ", ".join(silent) or "-"}, now=now)
    return True


def _tell(facts: dict[str, object], *, now: datetime) -> None:
    hour = now.replace(minute=0, second=0, microsecond=0)
    for audience in (ALERT, Role.SUPERVISOR):
        notice = notices.tell(
            "system:backlog", Kind.BACKLOG, audience=audience, due_at=hour, facts=facts, now=now
        )
        log.warning("alarm.noted", notice=notice.id)
