"""Find the tickets that say a company's channels are unsafe without reading all of its tickets."""

import sqlalchemy as sa
from alembic import op

revision = "a86d3f10c2b7"
down_revision = "f7c21b94d0e6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_tickets_unsafe",
        "tickets",
        ["member_number"],
        sqlite_where=sa.text("company_channels_unsafe = 1"),
        postgresql_where=sa.text("company_channels_unsafe"),
    )
    _say_which_are_drills("drill = 1")


def downgrade() -> None:
    _say_which_are_drills("drill")
    op.drop_index("ix_tickets_unsafe", "tickets")


def _say_which_are_drills(words: str) -> None:
    """SQLite finds a row by an index over some only where the question has the very words."""
    if op.get_bind().dialect.name == "sqlite":
        op.drop_index("ix_tickets_drill", "tickets")
        op.create_index("ix_tickets_drill", "tickets", ["id"], sqlite_where=sa.text(words))
