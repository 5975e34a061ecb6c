from alembic import op


def upgrade():
    op.execute("ALTER TABLE orders ALTER quantity DROP NOT NULL")  # finds
