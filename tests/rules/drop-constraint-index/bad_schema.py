from alembic import op


def upgrade():
    op.execute("DROP INDEX billing.invoices_pkey")  # finds
