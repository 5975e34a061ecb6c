from alembic import op


def upgrade():
    for view in ("order_totals",):
        op.execute(f"REFRESH MATERIALIZED VIEW {view}")  # finds
