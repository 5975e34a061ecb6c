from alembic import op


def upgrade():
    for column in ("reference", "quantity"):
        op.alter_column("orders", column, server_default=None)  # finds
