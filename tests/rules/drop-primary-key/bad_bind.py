from alembic import op


def upgrade():
    op.get_bind().exec_driver_sql("ALTER TABLE billing.invoices DROP CONSTRAINT invoices_pkey")  # finds
