from alembic import op


def refer(table, column, target):
    op.create_foreign_key(f"{table}_{column}_fk", table, target, [column], ["id"])  # finds


def upgrade():
    for table in ("items",):
        refer(table, "order_id", "orders")
