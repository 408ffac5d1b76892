"""Where a task stands, where it may go from there, and who may move it."""

from enum import StrEnum

from hotline.people.rules import Role


class TaskStatus(StrEnum):
    """Where a task stands."""

    DRAFTED = "drafted"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    ESTIMATING = "estimating"
    WAITING_APPROVAL = "waiting_approval"
    APPROVED = "approved"
    IN_PROGRESS = "in_progress"
    DELIVERED = "delivered"
    CHECKED = "checked"
    RETURNED = "returned"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    """Taken back before anybody had accepted it."""
    CANCELLED = "cancelled"
    """Stopped after somebody had accepted it."""


ENDED = frozenset({TaskStatus.CLOSED, TaskStatus.WITHDRAWN, TaskStatus.CANCELLED})
"""Nothing more is owed on these."""


class Actor(StrEnum):
    """On whose side somebody moves a task."""

    DESK = "desk"
    VENDOR = "vendor"
    MEMBER = "member"
    SYSTEM = "system"


ARRANGERS = frozenset({Role.COORDINATOR, Role.SUPERVISOR})
"""Who asks partners, releases facts to them and speaks about money."""
