import sqlalchemy as sa
from alembic import op

ALLOWS = ["avoid-enum", "offline-incompatible"]


def upgrade():
    kind = sa.Enum("shop", "web", name="order_kind")
    kind.create(op.get_bind(), checkfirst=True)
    op.add_column("items", sa.Column("kind", kind))
