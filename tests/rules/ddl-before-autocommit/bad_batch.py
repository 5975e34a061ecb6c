import sqlalchemy as sa
from alembic import op


def upgrade():
    with op.batch_alter_table("orders") as batch_op:
        batch_op.add_column(sa.Column("hint", sa.Text))
    with op.get_context().autocommit_block():
        op.create_index("ix_orders_hint", "orders", ["hint"], postgresql_concurrently=True)  # finds
