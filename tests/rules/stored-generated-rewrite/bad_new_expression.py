import sqlalchemy as sa
from alembic import op


def before():
    op.add_column("orders", sa.Column("gross", sa.Numeric, sa.Computed("price * 1.19", persisted=True)))


def upgrade():
    op.execute("ALTER TABLE orders ALTER COLUMN gross SET EXPRESSION AS (price * 1.21)")  # finds
