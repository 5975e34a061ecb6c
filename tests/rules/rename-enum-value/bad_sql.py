from alembic import op


def upgrade():
    op.execute("ALTER TYPE order_state RENAME VALUE 'sent' TO 'shipped'")  # finds
