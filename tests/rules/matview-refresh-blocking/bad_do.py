from alembic import op


def upgrade():
    op.execute("DO $$ BEGIN REFRESH MATERIALIZED VIEW order_totals; END $$")  # finds
