from alembic import op

SETTINGS = {"runner": "safemigrate"}


def upgrade():
    op.execute("ALTER TYPE order_state ADD VALUE 'refunded'")
    op.alter_column("orders", "state", server_default="refunded")
