from alembic import op


def upgrade():
    with op.get_context().autocommit_block():
        for name in ("ux_orders_number", "ix_orders_account_id"):
            op.drop_index(name, "orders", postgresql_concurrently=True)  # finds
