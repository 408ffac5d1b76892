"""Business hours, holidays, next opening, and the reason why."""
