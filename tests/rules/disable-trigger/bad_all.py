from alembic import op


def upgrade():
    op.execute("ALTER TABLE orders DISABLE TRIGGER USER")  # finds
    op.execute("ALTER TABLE orders ENABLE TRIGGER USER")
    op.execute("ALTER TABLE accounts DISABLE TRIGGER ALL")  # finds
