from alembic import op


def upgrade():
    op.execute("DROP TABLE orders CASCADE")  # finds
