"""Who is on duty in the demo: a roster that lasts."""

from datetime import datetime

from hotline import policy
from hotline.clock import TOKYO
from hotline.duty import queries as roster
from hotline.duty import service as duty
from hotline.duty.rules import LinesPolicy
from hotline.people import queries as people
from hotline.people.rules import Role

FROM = datetime(2025, 1, 1, tzinfo=TOKYO)
UNTIL = datetime(2035, 1, 1, tzinfo=TOKYO)
ON_DUTY = (Role.OPERATOR, Role.SUPERVISOR, Role.COORDINATOR)


def put_on_duty(*, now: datetime) -> None:
    """Put operator, supervisor and coordinator of the demo on duty for every line, once."""
    for line in policy.get(LinesPolicy).codes:
        for role in ON_DUTY:
            if not roster.on_duty(line, role, now):
                someone = people.with_role(role)[0]
                duty.add(someone.id, line, role, starts_at=FROM, ends_at=UNTIL, by_id=None, now=now)
