"""Advice to all callers at once, shown before it is sent."""

from flask import render_template, request

from hotline import policy
from hotline.errors import N_, Refused
from hotline.incidents import queries, rules
from hotline.incidents.models import Incident
from hotline.tickets import queries as tickets
from hotline.tickets import rules as ticketing
from hotline.tickets.models import Ticket
from hotline.tickets.rules import ENDED, ReachingPolicy
from hotline.web.incidents.page import note_read


def preview(incident: Incident, ja: str, en: str) -> str:
    """The advice as callers will read it, and how many are reached by which channel."""
    rules.check_going_on(incident.closed_at)
    linked = queries.linked(incident.id)
    advice = rules.check_advice(ja, en, linked)
    meant = _meant(linked)
    if not meant:
        raise Refused(N_("No ticket of this joint incident goes on: there is nobody to tell."))
    ways = {one.id: _ways(one) for one in meant}
    note_read(incident)
    return render_template(
        "incidents/broadcast.html",
        incident=incident,
        advice=advice,
        meant=meant,
        counted=rules.counted(ways.values()),
        unreached=[one for one in meant if not ways[one.id]],
        seen=_seen(meant),
    )


def _meant(linked: list[Ticket]) -> list[Ticket]:
    return [one for one in linked if one.status not in ENDED]


def _ways(ticket: Ticket) -> tuple[str, ...]:
    if ticket.drill:
        return ()
    return tuple(ticketing.reach(tickets.contacts_of(ticket), policy.get(ReachingPolicy)))


def _seen(meant: list[Ticket]) -> str:
    """The tickets a preview was about."""
    return " ".join(one.number for one in meant)


def was_seen(incident: Incident) -> bool:
    """Whether the preview named exactly those who would be told now."""
    return request.form.get("seen", "") == _seen(_meant(queries.linked(incident.id)))
