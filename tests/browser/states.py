"""What pages look like at the edges: nothing yet, much, ended, an exercise, and every refusal."""

from datetime import timedelta

from flask import abort
from sqlalchemy import select

from hotline import clock
from hotline.db import db
from hotline.edge import upload_links
from hotline.edge.access import public
from hotline.errors import Forbidden, Invalid, Missing, Problem, Refused, Slowed
from hotline.evidence import queries as evidence_queries
from hotline.evidence import service as evidence
from hotline.followups import queries as promises
from hotline.followups import service as followups
from hotline.people import queries as people
from hotline.people import service as accounts
from hotline.people.rules import Account, LinkKind, Role
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.rules import Report, Status
from hotline.transaction import transaction
from tests import builders
from tests.browser.scene import NOW, House

COMPANY = "JNX-1009"
CODE = "123456"
"""What the caller of the late ticket was told on the phone."""

SAID = (
    "unplug_suspects",
    "keep_power_on",
    "firewall_line_only",
    "no_reboot_or_wipe",
    "power_off_only_last",
)
"""Lines of config/advice.toml that were read out to them."""

REFUSALS: dict[int, Problem] = {
    403: Forbidden("Your role does not allow this."),
    404: Missing("There is nothing here."),
    409: Refused("Somebody else saved this a moment ago. Please look at it again."),
    422: Invalid(
        {
            "from": Problem("Please give a day like 2026/9/24."),
            "case_type": Problem("Please choose a kind of incident."),
        }
    ),
    429: Slowed(90),
}


def add(house: House) -> None:
    """A company with a ticket in every state, and one without any, each with somebody to look.

    Call it before the house answers its first request: it adds an address for every refusal.
    """
    house.app.add_url_rule("/shown-error/<int:status>", "shown_error", public(_refuse))
    with house.app.app_context(), clock.fixed(NOW), transaction():
        _accounts(house)
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


def _refuse(status: int) -> str:
    if status in REFUSALS:
        raise REFUSALS[status]
    if status == 500:
        raise RuntimeError("shown on purpose")
    abort(status)


def _accounts(house: House) -> None:
    """People on their way in, and a caller with a code."""
    colleague = people.by_email("member-c@demo.example")
    idle = builders.person("vendor", name="三輪 葵", vendor_code="V-1006")
    fresh = builders.person("operator", name="小川 遥")
    house.people |= {
        "colleague": {"id": colleague.id},
        "idle": {"id": idle.id},
        "half": {"id": house.people["coordinator"]["id"], "half": True},
        "fresh": {"id": fresh.id, "half": True},
    }
    given = Account("new@demo.example", "白石 圭介", frozenset({Role.COORDINATOR}))
    invited = accounts.invite(given, by_id=None, now=NOW)
    house.numbers["invitation"] = accounts.mint_link(invited.id, LinkKind.INVITE, now=NOW)
    late = db.session.scalars(select(Ticket).where(Ticket.number == house.numbers["late"])).one()
    late.caller_code = CODE
    for code in SAID:
        tickets.advise(late, code, said_at=NOW, by_id=house.people["operator"]["id"], now=NOW)


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
