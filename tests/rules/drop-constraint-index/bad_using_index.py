from alembic import op


def before():
    op.execute("ALTER TABLE orders ADD CONSTRAINT ux_orders_number UNIQUE USING INDEX ux_orders_number")


def upgrade():
    for name in ("ux_orders_number",):
        op.execute(f"DROP INDEX {name}")  # finds
