from alembic import op

DIRECTION = "upgrade"


def upgrade():
    op.execute("CREATE VIEW paid AS SELECT id FROM orders WHERE state = 'paid'")


def downgrade() -> None:  # finds
    """There is no way back."""
    raise NotImplementedError("take a backup")
