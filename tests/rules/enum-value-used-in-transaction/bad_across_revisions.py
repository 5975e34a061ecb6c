from alembic import op

PENDING = ["before", "example"]


def before():
    op.execute("ALTER TYPE order_state ADD VALUE 'refunded'")


def upgrade():
    op.alter_column("orders", "state", server_default="refunded")  # finds
