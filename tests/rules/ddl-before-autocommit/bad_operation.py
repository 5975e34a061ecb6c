import sqlalchemy as sa
from alembic import op


def upgrade():
    op.add_column("orders", sa.Column("hint", sa.Text))
    with op.get_context().autocommit_block():
        op.create_index("ix_orders_hint", "orders", ["hint"], postgresql_concurrently=True)  # finds
