"""Remember who shut an account.

Accounts shut before this release have nobody on record: only the desk opens them again.
"""

revision = "d41f6c0a9e21"
down_revision = "bc2d94a9e0bb"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
