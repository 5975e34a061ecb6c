from alembic import op


def upgrade():
    op.execute("ALTER TABLE orders ALTER COLUMN total TYPE numeric(14, 2)")  # finds
