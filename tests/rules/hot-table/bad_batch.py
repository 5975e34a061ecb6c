import sqlalchemy as sa
from alembic import op

SETTINGS = {"hot_tables": ["public.orders"]}


def upgrade():
    with op.batch_alter_table("orders") as batch_op:
        batch_op.add_column(sa.Column("hint", sa.Text))  # finds
        batch_op.alter_column("reference", nullable=True)  # finds
