from alembic import op


def upgrade():
    op.execute("SELECT 1; DROP TABLE orders CASCADE; SELECT 2")  # finds
