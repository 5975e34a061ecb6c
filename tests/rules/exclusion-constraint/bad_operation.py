import sqlalchemy as sa
from alembic import op


def upgrade():
    period = sa.func.tstzrange(sa.column("starts_at"), sa.column("ends_at"))
    op.create_exclude_constraint("orders_period", "orders", (period, "&&"), using="gist")  # finds
