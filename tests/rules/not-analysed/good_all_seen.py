import sqlalchemy as sa
from alembic import op


def upgrade():
    names = ["hint", "remark"]
    for name in names:
        op.add_column("orders", sa.Column(name, sa.Text))
