from alembic import op


def upgrade():
    for name in ("orders_touch",):
        op.execute(f"ALTER TABLE orders DISABLE TRIGGER {name}")  # finds
