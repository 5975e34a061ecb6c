import sqlalchemy as sa
from alembic import op


def upgrade():
    with op.batch_alter_table("items") as batch_op:
        batch_op.create_foreign_key("items_order_fk", "orders", ["order_id"], ["id"])  # finds
        batch_op.add_column(sa.Column("buyer_id", sa.BigInteger, sa.ForeignKey("accounts.id")))  # finds
