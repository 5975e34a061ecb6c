import sqlalchemy as sa
from alembic import op


def upgrade():
    with op.batch_alter_table("invoices", schema="billing") as batch_op:
        batch_op.create_check_constraint("invoices_total_check", sa.column("total") > 0)  # finds
