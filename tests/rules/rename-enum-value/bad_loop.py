from alembic import op


def upgrade():
    for name in ("shipped",):
        op.execute(f"ALTER TYPE order_state RENAME VALUE 'sent' TO '{name}'")  # finds
