from alembic import op

DIRECTION = "upgrade"


def upgrade():
    op.alter_column("orders", "note", server_default="none")


def downgrade():
    op.alter_column("orders", "note", server_default=None)
