from alembic import op

ALLOWS = ["mixed-schema-and-data"]


def upgrade():
    op.execute("ALTER TYPE order_state ADD VALUE 'refunded'")
    op.execute("INSERT INTO audit (id, what) VALUES (1, 'refunded')")
