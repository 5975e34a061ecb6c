from alembic import op


def upgrade():
    for name in ("state_of_order",):
        op.execute(f"ALTER TYPE order_state RENAME TO {name}")  # finds
