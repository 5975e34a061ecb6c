from alembic import op


def lock(tables):
    for table in tables:
        op.execute(f"LOCK TABLE ONLY {table} IN EXCLUSIVE MODE NOWAIT")  # finds


def upgrade():
    lock(["billing.invoices"])
