import sqlalchemy as sa
from alembic import op


def upgrade():
    with op.batch_alter_table("orders") as batch_op:
        batch_op.add_column(sa.Column("remark", sa.Text))  # finds
