import sqlalchemy as sa
from alembic import op


def before():
    op.execute("CREATE DOMAIN positive_amount AS numeric(12, 2) CHECK (VALUE > 0)")


def upgrade():
    amount = sa.dialects.postgresql.DOMAIN("positive_amount", sa.Numeric(12, 2), create_type=False)
    with op.batch_alter_table("items") as batch_op:
        batch_op.add_column(sa.Column("deposit", amount, server_default="1"))  # finds
