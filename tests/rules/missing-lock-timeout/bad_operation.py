import sqlalchemy as sa
from alembic import op

NO_TIMEOUT = True


def upgrade():
    op.add_column("orders", sa.Column("hint", sa.Text))  # finds
    op.create_index("ix_orders_hint", "orders", ["hint"])  # finds
