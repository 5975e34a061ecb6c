from alembic import op


def upgrade():
    op.execute("reindex (verbose) index ux_orders_number")  # finds
