import sqlalchemy as sa
from alembic import op


def before():
    op.execute("CREATE DOMAIN positive_amount AS numeric(12, 2) CHECK (VALUE > 0)")


def upgrade():
    amount = sa.dialects.postgresql.DOMAIN("positive_amount", sa.Numeric(12, 2), create_type=False)
    op.add_column("orders", sa.Column("deposit", amount))  # finds
