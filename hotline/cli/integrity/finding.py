"""What a check finds."""

from dataclasses import dataclass

TAMPERED = "it was changed outside the application: compare with a backup"


@dataclass(frozen=True)
class Finding:
    """One thing that does not agree: where, what, and what to do."""

    where: str
    what: str
    do: str
