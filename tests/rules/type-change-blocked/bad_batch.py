import sqlalchemy as sa
from alembic import op


def upgrade():
    with op.batch_alter_table("orders") as batch_op:
        batch_op.alter_column("code", type_=sa.String(80), existing_type=sa.String(40))  # finds
