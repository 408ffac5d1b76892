"""What the pages of members look like at the edges: nothing yet, much, ended, an exercise."""

from datetime import timedelta

from hotline import clock
from hotline.edge import upload_links
from hotline.evidence import queries as evidence_queries
from hotline.evidence import service as evidence
from hotline.followups import queries as promises
from hotline.followups import service as followups
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.rules import Report, Status
from hotline.transaction import transaction
from tests import builders
from tests.browser.scene import NOW, House

COMPANY = "JNX-1009"


def add(house: House) -> None:
    """A company with a ticket in every state, and one without any, each with somebody to look."""
    with house.app.app_context(), clock.fixed(NOW), transaction():
        _look_as(house, "many", COMPANY)
        _look_as(house, "nothing", "JNX-1999")
        _look_as(house, "one", "JNX-1011")
        early = _opened(minutes=2, number="JNX-1011")
        house.numbers |= {
            "early": early.number,
            "early link": _upload_link(house, early),
            "drill": _opened(minutes=90, drill=True).number,
            "closed": _closed(days=20).number,
            "duplicate": _duplicate().number,
            "file": str(evidence_queries.every_file()[0].id),
        }
        for days in range(21, 45):
            _closed(days=days)


def _look_as(house: House, name: str, company: str) -> None:
    made = builders.person("member", name="長谷川 ひろみ", member_number=company)
    house.people[name] = {"id": made.id}


def _opened(*, days: int = 0, minutes: int = 0, number: str = COMPANY, **facts: object) -> Ticket:
    at = NOW - timedelta(days=days, minutes=minutes)
    given = {"line": "jnx", "case_types": ("ransom",), "member_number": number, **facts}
    report = Report(received_at=at, company="ティー・エス テック㈱ 鈴鹿工場", **given)
    return tickets.open_ticket(report, by_id=None, now=at)


def _closed(*, days: int) -> Ticket:
    """What is left open with others would keep it open: here it has simply ended."""
    made = _opened(days=days, case_types=("spoofed_mail",))
    for promise in promises.of_ticket(made.id):
        followups.keep(promise, by_id=1, now=NOW)
    made.status = Status.CLOSED
    return made


def _duplicate() -> Ticket:
    first, again = _opened(days=1), _opened(days=1, minutes=-30)
    tickets.join(again, first, by_id=1, now=NOW)
    return again


def _upload_link(house: House, ticket: Ticket) -> str:
    link = evidence.open_link(ticket.id, by_id=None, now=NOW)
    return upload_links.mint(link.id, house.app.extensions["hotline.settings"])
