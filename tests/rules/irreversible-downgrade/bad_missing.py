import sqlalchemy as sa
from alembic import op

WAY_BACK = False


# finds the file
def upgrade():
    with op.batch_alter_table("orders") as batch_op:
        batch_op.add_column(sa.Column("hint", sa.Text))
