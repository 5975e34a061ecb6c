import sqlalchemy as sa
from alembic import op


def upgrade():
    op.get_bind().execute(sa.text("refresh materialized view public.order_totals with data"))  # finds
