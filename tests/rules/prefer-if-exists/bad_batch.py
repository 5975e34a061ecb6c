import sqlalchemy as sa
from alembic import op


def upgrade():
    with op.get_context().autocommit_block(), op.batch_alter_table("orders") as batch_op:
        batch_op.add_column(sa.Column("hint", sa.Text))  # finds
        batch_op.drop_column("note")  # finds
