import sqlalchemy as sa
from alembic import op


def upgrade():
    op.add_column("orders", sa.Column("kind", sa.Enum("shop", "web", name="order_kind")))  # finds
    op.alter_column("items", "sku", type_=sa.Enum("a", "b", name="sku_kind"), postgresql_using="sku::sku_kind")  # finds
