"""What a page that is typed into is told after each save: what stands now, and by whom."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import render_template

from hotline import clock
from hotline.edge.identity import person
from hotline.people import queries as people
from hotline.tickets.models import Ticket
from hotline.web.formats import clock_seconds
from hotline.web.intake import form as intake_form
from hotline.web.intake import page as intake_page
from hotline.web.intake import saving
from hotline.web.intake.form import Difference, Form

PARTS = {
    "line-who": "console/_who.html",
    "part-duplicates": "intake/_duplicates.html",
    "part-company": "intake/_company.html",
    "part-count": "intake/_count.html",
    "part-questions": "intake/_questions.html",
    "part-then": "intake/_then.html",
    "part-severity": "intake/_severity.html",
    "part-promise": "intake/_promise.html",
    "part-advice": "intake/_advice.html",
    "part-readback": "intake/_readback.html",
    "part-readback-state": "intake/_readback_state.html",
}
"""What follows from what is typed: its id on the page to its template."""


def stands(ticket: Ticket) -> dict[str, Any]:
    """What is saved now, and who changed each part last: others may have typed too."""
    form, changed = saving.standing(ticket), saving.changed_by(ticket)
    names = people.names({ticket.changed_by_id, *(by_id for by_id, _ in changed.values())})
    return {
        "saved": clock_seconds(ticket.changed_at) if ticket.changed_at else "",
        "title": intake_page.title(ticket),
        "saved_by": names.get(ticket.changed_by_id, ""),
        "marks": intake_form.digests(form),
        "values": {name: form.getlist(name) for name in form},
        "by": {
            part: f"{clock_seconds(at)}　{names.get(by_id, '')}"
            for part, (by_id, at) in changed.items()
        },
    }


def digests(ticket: Ticket, parts: Sequence[str]) -> dict[str, str]:
    """Part to the digest of what is saved of it now."""
    marks = intake_form.digests(saving.standing(ticket))
    return {part: marks.get(part, "") for part in parts}


def both(ticket: Ticket, differing: Sequence[Difference]) -> dict[str, str]:
    """Part to both of its versions, to be shown beside it."""
    return {
        one["name"]: render_template("intake/_version.html", one=one)
        for one in intake_page.versions(ticket, differing)
    }


def parts(ticket: Ticket, form: Form, said: Mapping[str, str]) -> dict[str, str]:
    """Id to what stands in it, for everything that follows from what is typed."""
    shown = {**intake_page.parts(ticket, form, person(), now=clock.now()), "errors": said}
    return {name: render_template(template, **shown) for name, template in PARTS.items()}
