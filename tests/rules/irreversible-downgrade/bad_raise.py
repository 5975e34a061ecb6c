from alembic import op

DIRECTION = "upgrade"


def upgrade():
    op.execute("INSERT INTO audit (id) VALUES (1)")


def downgrade() -> None:  # finds
    """There is no way back."""
    raise NotImplementedError("take a backup")
