from alembic import op


def upgrade():
    op.execute("DO $$ BEGIN DROP INDEX ux_orders_number; END $$")  # finds
