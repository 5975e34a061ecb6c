import sqlalchemy as sa
from alembic import op


def upgrade():
    op.add_column("orders", sa.Column("paid_at", sa.DateTime(timezone=True)))
