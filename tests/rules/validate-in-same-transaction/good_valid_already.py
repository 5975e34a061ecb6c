import sqlalchemy as sa
from alembic import op


def upgrade():
    op.add_column("accounts", sa.Column("locale", sa.Text))
    op.execute("ALTER TABLE orders VALIDATE CONSTRAINT orders_quantity_check")
