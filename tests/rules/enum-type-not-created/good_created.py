import sqlalchemy as sa
from alembic import op

ALLOWS = ["avoid-enum"]


def upgrade():
    op.execute("CREATE TYPE order_kind AS ENUM ('shop', 'web')")
    op.add_column("items", sa.Column("kind", sa.Enum("shop", "web", name="order_kind")))
    op.add_column("items", sa.Column("state", sa.Enum(name="order_state")))
    op.execute("CREATE TYPE place AS (x integer, y integer)")
    op.execute("ALTER TABLE items ADD COLUMN place place, ADD COLUMN owner accounts, ADD COLUMN share money_amount")
