from alembic import op


def upgrade():
    with op.batch_alter_table("invoices", schema="billing") as batch_op:
        batch_op.create_unique_constraint("invoices_order_key", ["order_id"])  # finds
