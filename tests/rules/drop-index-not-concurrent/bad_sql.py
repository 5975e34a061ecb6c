from alembic import op


def upgrade():
    op.execute("DROP INDEX IF EXISTS ux_orders_number")  # finds
