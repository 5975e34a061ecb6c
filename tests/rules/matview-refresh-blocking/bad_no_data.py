from alembic import op


def upgrade():
    op.execute("REFRESH MATERIALIZED VIEW order_totals WITH NO DATA")  # finds
