from alembic import op


def upgrade():
    op.execute("ALTER TABLE orders ADD UNIQUE (number) DEFERRABLE INITIALLY DEFERRED")  # finds
