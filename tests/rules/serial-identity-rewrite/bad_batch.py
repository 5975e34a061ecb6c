import sqlalchemy as sa
from alembic import op


def upgrade():
    with op.batch_alter_table("items") as batch_op:
        batch_op.add_column(sa.Column("position", sa.Integer, sa.Identity()))  # finds
