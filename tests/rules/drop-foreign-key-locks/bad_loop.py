from alembic import op


def drop(name):
    op.drop_constraint(name, "invoices", schema="billing")  # finds


def upgrade():
    for name in ("invoices_order_id_fkey",):
        drop(name)
    op.execute("COMMENT ON TABLE billing.invoices IS 'bills'")
