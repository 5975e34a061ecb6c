from alembic import op


def upgrade():
    for name in ("packed",):
        op.execute(f"ALTER TYPE order_state ADD VALUE '{name}'")  # finds
