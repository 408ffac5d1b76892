"""What the demo people find: a roster that lasts, and tickets of two member companies."""

from datetime import datetime, timedelta

from sqlalchemy import select

from hotline import policy
from hotline.calls import service as calls
from hotline.clock import TOKYO
from hotline.db import db
from hotline.duty import queries as roster
from hotline.duty import service as duty
from hotline.duty.rules import LinesPolicy
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.people.rules import Role
from hotline.tickets.models import Ticket
from hotline.tickets.rules import Report

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


def open_tickets(*, now: datetime) -> list[Ticket]:
    """Open the tickets of the demo, once; received within the last two days."""
    operator = people.with_role(Role.OPERATOR)[0]
    return [_open(report, operator, now=now) for report in _reports(now)]


def _reports(now: datetime) -> tuple[Report, ...]:
    return (
        Report(
            line="jnx",
            case_types=("ransom", "leak"),
            received_at=now - timedelta(minutes=20),
            company="髙橋精螺工業㈱ 知立工場",
            caller_name="邊見 浩",
            caller_phone="0566-00-0014",
            member_number="JNX-1001",
            summary="サーバーの画面に脅迫文。受注のEDIが止まっている。",
        ),
        Report(
            line="jnx",
            case_types=("spoofed_mail",),
            received_at=now - timedelta(hours=3),
            company="㈱髙﨑電装",
            caller_name="山﨑 由紀",
            caller_phone="059-000-0021",
            member_number="JNX-1002",
            summary="取引先から、自社を名乗る不審なメールが届いたと連絡があった。",
        ),
        Report(
            line="sompo_desk",
            case_types=("defacement",),
            received_at=now - timedelta(days=1, hours=2),
            company="株式会社 エービーシー・モーター",
            caller_name="齋藤 健",
            caller_phone="052-000-0037",
            summary="ホームページを開くと、見覚えのない画面に移る。",
        ),
    )


def _open(report: Report, operator: Person, *, now: datetime) -> Ticket:
    known = select(Ticket).where(Ticket.company == report.company).order_by(Ticket.id)
    found = db.session.scalars(known).first()
    return found or calls.take_in(report, by_id=operator.id, now=now)
