from alembic import op


def before():
    op.execute("CREATE DOMAIN positive_amount AS numeric(12, 2) CHECK (VALUE > 0)")


def upgrade():
    op.execute("ALTER TABLE orders ADD COLUMN deposit positive_amount")  # finds
