from alembic import op


def upgrade():
    op.execute("REFRESH MATERIALIZED VIEW CONCURRENTLY order_totals")
