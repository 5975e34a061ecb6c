import sqlalchemy as sa
from alembic import op


def upgrade():
    with op.batch_alter_table("orders") as batch_op:
        batch_op.add_column(sa.Column("currency", sa.CHAR(3)))  # finds
