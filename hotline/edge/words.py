"""What codes are called: the words of pages, stories and lists, as messages of the catalogue."""

from hotline.errors import N_

SEVERITIES = {
    "p1": N_("P1 critical"),
    "p2": N_("P2 high"),
    "p3": N_("P3 medium"),
    "p4": N_("P4 low"),
}

TICKET_STATUSES = {
    "received": N_("Received"),
    "callback_pending": N_("Call back owed"),
    "hearing": N_("Hearing"),
    "advised": N_("First advice given"),
    "coordinating": N_("Coordinating"),
    "responding": N_("Responding"),
    "settling": N_("Settling"),
    "closed": N_("Closed"),
    "on_hold": N_("On hold"),
    "out_of_scope": N_("Out of scope"),
    "duplicate": N_("Duplicate"),
}

CHANNELS = {
    "mail": N_("e-mail"),
    "sms": N_("text message"),
    "voice": N_("telephone"),
}

RECEIVERS = {
    "coordinator_team": N_("all coordinators"),
    "lead": N_("the supervisors"),
    "coordinator": N_("the coordinators on duty"),
    "operator": N_("the operators"),
    "supervisor": N_("the supervisors"),
    "administrator": N_("the administrators"),
    "caller": N_("the caller"),
    "alert": N_("the alert address"),
}
"""Whom a notice is meant for, when it is not one person."""

CAUSES = {
    "p1_out_of_hours": N_("a P1 out of hours"),
    "ransom_unanswered": N_("an encryption call that nobody answered"),
}
"""Why somebody is rung at once."""

ANSWERS = {
    "yes": N_("agreed"),
    "no": N_("refused"),
    "unasked": N_("not asked"),
}
"""What the caller said about telling others."""
