from alembic import op

SETTINGS = {"hot_tables": ["orders", "billing.invoices"]}


def upgrade():
    op.get_bind().exec_driver_sql("CREATE INDEX ON orders (note)")  # finds
