"""Keep the names of a ticket out of what partners read before they answer."""

from hotline.coordination.models import Task
from hotline.coordination.rules.anonymity import READ_FIRST, names_somebody
from hotline.errors import N_, Invalid, Problem
from hotline.members import queries as members
from hotline.tickets.models import Ticket


def check_anonymous(task: Task, ticket: Ticket) -> None:
    """Raises Invalid naming each field of the task that holds the company or the caller."""
    named = members.names([ticket.member_number])
    companies = [one for one in (ticket.company, *named.values()) if one.strip()]
    people = [one for one in (ticket.caller_name, ticket.caller_kana) if one.strip()]
    problems = {
        field: Problem(
            N_("The company or the caller is named here. Partners read this before they answer.")
        )
        for field in READ_FIRST
        if names_somebody(getattr(task, field), companies, people)
    }
    if problems:
        raise Invalid(problems)
