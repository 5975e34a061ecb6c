import sqlalchemy as sa
from alembic import op


def upgrade():
    op.add_column("orders", sa.Column("hint", sa.Text), if_not_exists=True)
    op.get_bind().execute(sa.text("COMMENT ON COLUMN orders.hint IS 'what to look for'"))
