"""Which tickets are handled together: the list to choose from, and what was ticked."""

from dataclasses import replace

from flask import render_template, request

from hotline import clock
from hotline.edge.identity import person
from hotline.incidents import queries, rules
from hotline.incidents.models import Incident
from hotline.tickets import queries as tickets
from hotline.tickets import rules as ticketing
from hotline.tickets.models import Ticket
from hotline.tickets.rules import ENDED
from hotline.web.tickets import listing


def chosen_tickets() -> list[Ticket]:
    """The tickets that were ticked, each once; what is no ticket is Missing."""
    numbers = dict.fromkeys(request.form.getlist("tickets"))
    rules.check_count(len(numbers))
    return [tickets.by_number(number, person()) for number in numbers]


def pick_page(to: Incident | None, said: dict[str, str], ticked: list[str]) -> str:
    """The tickets that can be chosen: what goes on, is in no incident, and fits the filter."""
    asked = listing.asked(person())
    asked = replace(asked, wanted=replace(asked.wanted, drill=asked.wanted.drill or False))
    rows, following = listing.rows(asked, person())
    shown = {row.ticket.number: row.ticket for row in rows}
    for number in ticked:  # What was chosen before the filter changed stays on the list.
        known = ticketing.parse_number(number)
        if known and known not in shown:
            shown[known] = tickets.by_number(known, person())
    linked = queries.already_linked([one.id for one in shown.values()])
    free = [one for one in shown.values() if one.id not in linked and one.status not in ENDED]
    return render_template(
        "incidents/pick.html",
        to=to,
        errors=said,
        given=request.form,
        asked=asked,
        found=free,
        ticked={ticketing.parse_number(one) for one in ticked},
        following=following,
        limits={"title": rules.TITLE_LETTERS, "cause": rules.CAUSE_LETTERS},
        **listing.choices(),
        now=clock.now(),
    )
