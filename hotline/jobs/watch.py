"""Look whether promises are announced in time and can be computed; tell people when not."""

from datetime import datetime, time, timedelta

import structlog

from hotline import clock, heartbeats
from hotline.calendars import service as calendars
from hotline.clock import TOKYO
from hotline.jobs.work import Work
from hotline.notices import queries
from hotline.notices import service as notices
from hotline.notices.rules import ALERT, LATE_AFTER, Kind
from hotline.people.rules import Role
from hotline.transaction import transaction

log = structlog.get_logger(__name__)

MORNING = time(9)
"""When administrators are told what has time until they are at their desks."""


def look(work: Work) -> bool:
    """Alarm people about a backlog, and tell administrators that the calendar ends.

    True when there was reason for an alarm.
    """
    now = work.now()
    alarmed = _look_for_a_backlog(now)
    _look_at_the_calendar(now)
    return alarmed


def _look_at_the_calendar(now: datetime) -> None:
    """Tell administrators once for each last year of the official list, 90 days before it ends."""
    local, calendar = now.astimezone(TOKYO), calendars.from_config("hotline")
    if calendar.official is None or calendar.warning(local.date()) is None:
        return
    year = calendar.official.last_day.year
    subject = f"calendar:{year}"
    if queries.about(subject):
        return
    day = local.date() if local.time() < MORNING else local.date() + timedelta(days=1)
    with transaction():
        notices.tell(
            subject,
            Kind.CALENDAR_ENDS,
            audience=Role.ADMINISTRATOR,
            due_at=datetime.combine(day, MORNING, tzinfo=TOKYO),
            facts={"year": year},
            now=now,
        )
    log.warning("calendar.ends", year=year)


def _look_for_a_backlog(now: datetime) -> bool:
    """Alarm once an hour while the oldest due notice is too late or a kind of work is silent.

    The log line is the alarm of last resort: it needs no mail to go out.
    """
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
