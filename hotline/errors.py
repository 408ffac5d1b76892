"""What can be refused, in words a person can act on.

Messages are English msgids with ``%(name)s`` places, so that the edge can say them in
Japanese; ``str(error)`` is the English sentence.
"""

from collections.abc import Mapping


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools know for "translate later"
    """Mark a text for the catalogue without translating it here."""
    return message


class Problem(Exception):
    """Something a person asked for cannot be done; the sentence says why and what to do."""

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message, facts)
        self.message = message
        self.facts = facts

    def __str__(self) -> str:
        return self.message % self.facts


class Refused(Problem):
    """The state of things forbids it: HTTP 409."""


class Forbidden(Problem):
    """This person may not do it, ever: HTTP 403."""


class Missing(Problem):
    """There is no such thing, or none this person may know of: HTTP 404, same bytes."""

    def __init__(self, message: str = N_("There is nothing here."), **facts: object) -> None:
        super().__init__(message, **facts)


class Invalid(Problem):
    """What was sent cannot be used: HTTP 422, one sentence for each field.

    ``fields`` maps the name of a field to what is wrong with its value.
    """

    def __init__(self, fields: Mapping[str, Problem]) -> None:
        super().__init__(N_("Some values cannot be used."))
        self.fields = dict(fields)

    def __str__(self) -> str:
        return "; ".join(f"{name}: {problem}" for name, problem in self.fields.items())


class Slowed(Problem):
    """Too many attempts; the right answer is accepted again after ``retry_after`` seconds: 429."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(
            N_("Too many attempts. Please try again in %(seconds)s seconds."), seconds=retry_after
        )
        self.retry_after = retry_after
