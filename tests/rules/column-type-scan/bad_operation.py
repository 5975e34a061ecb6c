import sqlalchemy as sa
from alembic import op


def before():
    op.execute("ALTER TABLE orders ADD CONSTRAINT orders_number_check CHECK (number <> '')")


def upgrade():
    op.alter_column("orders", "number", type_=sa.String, existing_type=sa.Text)  # finds
