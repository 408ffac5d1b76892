"""Remember who shut an account.

Accounts shut before this release have nobody on record: only the desk opens them again.
"""

import sqlalchemy as sa
from alembic import op

revision = "d41f6c0a9e21"
down_revision = "bc2d94a9e0bb"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.add_column(sa.Column("disabled_by_id", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_column("disabled_by_id")
