from alembic import op


def upgrade():
    with op.batch_alter_table("invoices", schema="billing") as batch_op:
        batch_op.alter_column("total", new_column_name="sum")  # finds
