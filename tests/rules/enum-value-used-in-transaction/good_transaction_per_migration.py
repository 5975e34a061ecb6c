from alembic import op

PENDING = ["before", "example"]
PER_MIGRATION = True


def before():
    op.execute("ALTER TYPE order_state ADD VALUE 'refunded'")


def upgrade():
    op.alter_column("orders", "state", server_default="refunded")
