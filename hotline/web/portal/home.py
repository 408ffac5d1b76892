"""A member's first page: its tickets, and on each what happens next."""

from flask import render_template
from flask.typing import ResponseReturnValue

from hotline import clock
from hotline.edge import requests
from hotline.edge.access import allow
from hotline.edge.identity import person
from hotline.people.rules import Role
from hotline.tickets import queries
from hotline.tickets.queries import Wanted
from hotline.tickets.rules import Status
from hotline.web import progress
from hotline.web.costs import estimates
from hotline.web.portal.frame import bp

PAGE = 50


@bp.get("")
@allow(Role.MEMBER)
def home() -> ResponseReturnValue:
    """The tickets this person may see, the newest call first."""
    viewer, now = person(), clock.now()
    found = queries.newest(Wanted(), viewer, PAGE)
    requests.note_read("list:tickets")
    return render_template(
        "portal/home.html",
        tickets=found,
        said={ticket.id: progress.WORDS[Status(ticket.status)] for ticket in found},
        promises={ticket.id: progress.promised(ticket, now=now) for ticket in found},
        now=now,
        **estimates.of_viewer(viewer),
    )
