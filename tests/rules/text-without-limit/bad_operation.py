import sqlalchemy as sa
from alembic import op


def upgrade():
    op.add_column("orders", sa.Column("remark", sa.Text))  # finds
