import sqlalchemy as sa
from alembic import op


def upgrade():
    positive = sa.CheckConstraint("discount > 0", name="orders_discount_check")
    op.add_column("orders", sa.Column("discount", sa.Integer, positive))  # finds
    op.execute("ALTER TABLE orders ADD COLUMN weight int NOT NULL DEFAULT 1 CHECK (weight > 0)")  # finds
