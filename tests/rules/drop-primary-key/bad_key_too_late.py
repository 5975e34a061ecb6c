from alembic import op


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE billing.invoices DROP CONSTRAINT invoices_pkey")  # finds
        op.execute("ALTER TABLE billing.invoices ADD CONSTRAINT invoices_pkey PRIMARY KEY (id)")
