import sqlalchemy as sa
from alembic import op


def upgrade():
    size = sa.Enum("small", "large", name="orders_size_check", native_enum=False, create_constraint=True, length=20)
    op.add_column("orders", sa.Column("size", size))  # finds
