from alembic import op


def upgrade():
    op.alter_column("orders", "quantity", server_default=None)  # finds
