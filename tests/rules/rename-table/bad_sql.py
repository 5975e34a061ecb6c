from alembic import op


def upgrade():
    op.execute("ALTER TABLE IF EXISTS orders RENAME TO purchases")  # finds
