from alembic import op


def unique(table, *columns):
    op.create_unique_constraint(f"{table}_{'_'.join(columns)}_key", table, columns)  # finds


def upgrade():
    for column in ("sku",):
        unique("items", "order_id", column)
