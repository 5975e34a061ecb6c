from alembic import op


def upgrade():
    op.rename_table("orders", "purchases")
    op.execute("CREATE VIEW orders AS SELECT * FROM purchases")
    op.execute("DROP VIEW paid_orders")
    op.execute("CREATE VIEW paid_orders AS SELECT id FROM orders")
