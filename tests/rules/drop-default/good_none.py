from alembic import op


def upgrade():
    op.alter_column("orders", "note", server_default=None)
