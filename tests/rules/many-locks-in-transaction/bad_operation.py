import sqlalchemy as sa
from alembic import op


def upgrade():
    op.add_column("orders", sa.Column("hint", sa.Text))
    op.add_column("orders", sa.Column("remark", sa.Text))
    op.add_column("accounts", sa.Column("hint", sa.Text))  # finds
    op.add_column("items", sa.Column("hint", sa.Text))
