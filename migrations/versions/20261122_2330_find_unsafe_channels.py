"""Find the tickets that say a company's channels are unsafe without reading all of its tickets."""

import sqlalchemy as sa
from alembic import op

revision = "a86d3f10c2b7"
down_revision = "f7c21b94d0e6"
branch_labels = None
depends_on = None

UNSAFE = sa.text("company_channels_unsafe")


def upgrade() -> None:
    op.create_index(
        "ix_tickets_unsafe",
        "tickets",
        ["member_number"],
        sqlite_where=UNSAFE,
        postgresql_where=UNSAFE,
    )


def downgrade() -> None:
    op.drop_index("ix_tickets_unsafe", "tickets")
