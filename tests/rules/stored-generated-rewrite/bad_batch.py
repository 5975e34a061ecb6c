import sqlalchemy as sa
from alembic import op

SETTINGS = {"pg_version": 16}


def upgrade():
    with op.batch_alter_table("invoices", schema="billing") as batch_op:
        batch_op.add_column(sa.Column("doubled", sa.Numeric, sa.Computed("total * 2", persisted=True)))  # finds
