"""Whom a notice is for when it is not for one person with an account."""

ALERT = "alert"
"""The audience behind HOTLINE_ALERT_MAIL: who is told when the system itself is in trouble."""

CALLER = "caller"
"""Whoever called: the addresses stand on the ticket and are found when it is sent."""

OLD_CONTACT = "old_contact"
"""Whoever was reached until a contact was changed; the addresses stand with the change."""

TEAM = "coordinator_team"
"""Every coordinator, on duty or not."""

LEAD = "lead"
"""Every supervisor, on duty or not."""

RESPONSIBLE = "responsible"
"""Whoever is responsible for the ticket when it is sent; while nobody is, who coordinates."""

CONTACT = "contact:"
"""Before the id of a contact of a partner: the audience of one person without an account."""


def contact(contact_id: int) -> str:
    """The audience that is this one contact of a partner."""
    return f"{CONTACT}{contact_id}"


def contact_id(audience: str) -> int | None:
    """Which contact of a partner is meant; None for any other audience."""
    return int(audience.removeprefix(CONTACT)) if audience.startswith(CONTACT) else None
