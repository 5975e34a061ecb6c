import sqlalchemy as sa
from alembic import op


def upgrade():
    with op.batch_alter_table("orders") as batch_op:
        batch_op.add_column(sa.Column("hint", sa.Text))
        batch_op.add_column(sa.Column("token", sa.Uuid, server_default=sa.text("gen_random_uuid()")))  # finds
