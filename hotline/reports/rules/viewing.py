"""Who may see figures, and who may take cases along."""

from hotline.people.rules import READERS, Role

VIEWERS = frozenset({Role.COORDINATOR, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR})
"""They see the figures; numbers name no case."""

CASE_READERS = VIEWERS & READERS
"""Of these who may read cases and their money: administrators see neither."""
