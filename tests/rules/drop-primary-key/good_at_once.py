from alembic import op


def before():
    op.create_index("ux_invoices_id", "invoices", ["id"], unique=True, schema="billing")


def upgrade():
    op.execute(
        "ALTER TABLE billing.invoices DROP CONSTRAINT invoices_pkey, "
        "ADD CONSTRAINT invoices_pkey PRIMARY KEY USING INDEX ux_invoices_id"
    )
