from alembic import op


def upgrade():
    op.execute("ALTER TABLE orders DROP COLUMN total CASCADE")  # finds
    op.execute("ALTER TABLE orders DROP CONSTRAINT orders_pkey CASCADE")  # finds
