import sqlalchemy as sa
from alembic import op


def upgrade():
    op.execute("SET lock_timeout = '3s'")
    op.add_column("orders", sa.Column("hint", sa.Text))
    op.execute("RESET lock_timeout")
