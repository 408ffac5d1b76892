"""Keep lists and searches quick, however many tickets there are."""

import sqlalchemy as sa
from alembic import op

revision = "e5b07a3c14d8"
down_revision = "d41f6c0a9e21"
branch_labels = None
depends_on = None

OWED = sa.text("status IN ('pending', 'announced', 'taken')")
GOING_ON = sa.text("status NOT IN ('closed', 'duplicate', 'out_of_scope')")
UNREACHED = sa.text(
    "handled_at IS NULL AND direction = 'in' AND status IN ('missed', 'ringing', 'voicemail')"
)
DRILL = sa.text("drill")
CLOSED = sa.text("event = 'closed'")
TAKEN_OFF = sa.text("disposition <> '' AND wrapped_at IS NULL")

WIDER = (
    ("tickets", "status"),
    ("tickets", "coordinator_id"),
    ("tickets", "member_number"),
    ("calls", "status"),
)
"""Indexes over one column that find rows in the order of the lists from now on."""

NEW = (
    ("ix_followups_take_up", "followups", ("take_up_by", "id"), OWED),
    ("ix_tickets_going_on", "tickets", ("received_at", "id"), GOING_ON),
    ("ix_calls_unreached", "calls", ("received_at", "id"), UNREACHED),
    ("ix_calls_taken_off", "calls", ("handled_at",), TAKEN_OFF),
    ("ix_tickets_drill", "tickets", ("id",), DRILL),
    # By these the figures of a span are counted.
    ("ix_timeline_closed", "timeline", ("ticket_id", "at"), CLOSED),
    ("ix_followups_due", "followups", ("due_at",), None),
    ("ix_offers_offered", "offers", ("offered_at",), None),
    ("ix_offers_answered", "offers", ("answered_at",), None),
    ("ix_approvals_answered", "approvals", ("answered_at",), None),
    ("ix_clocks_end", "clocks", ("due_at",), None),
    ("ix_evidence_files_received", "evidence_files", ("received_at",), None),
)


COUNTED = (
    (
        "ix_tickets_received",
        "tickets",
        ["received_at", "id"],
        ["drill", "line", "severity", "status"],
    ),
    ("ix_followups_ticket_id", "followups", ["ticket_id"], ["made_at", "id", "in_hours"]),
)
"""Indexes that hold beside their columns what the figures ask of every ticket of a span."""


def upgrade() -> None:
    for name, table, columns, more in COUNTED:
        op.drop_index(name, table)
        op.create_index(name, table, columns + more)
    for table, column in WIDER:
        op.drop_index(f"ix_{table}_{column}", table)
        op.create_index(f"ix_{table}_{column}", table, [column, "received_at", "id"])
    for name, table, columns, rows in NEW:
        op.create_index(name, table, columns, sqlite_where=rows, postgresql_where=rows)


def downgrade() -> None:
    for name, table, _, _ in reversed(NEW):
        op.drop_index(name, table)
    for table, column in reversed(WIDER):
        op.drop_index(f"ix_{table}_{column}", table)
        op.create_index(f"ix_{table}_{column}", table, [column])
    for name, table, columns, _ in COUNTED:
        op.drop_index(name, table)
        op.create_index(name, table, columns)
