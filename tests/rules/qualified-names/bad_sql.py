from alembic import op


def upgrade():
    op.execute("ALTER TABLE orders ADD weight bigint")  # finds
    op.execute("DROP TABLE audit")  # finds
