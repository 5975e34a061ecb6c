from alembic import op


def upgrade():
    op.create_foreign_key("items_order_fk", "items", "orders", ["order_id"], ["id"], postgresql_not_valid=True)
    op.create_foreign_key("audit_account_fk", "audit", "accounts", ["id"], ["id"], postgresql_not_valid=True)  # finds
