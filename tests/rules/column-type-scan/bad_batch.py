import sqlalchemy as sa
from alembic import op


def before():
    op.execute("ALTER TABLE orders ADD CONSTRAINT orders_number_check CHECK (number <> '')")


def upgrade():
    with op.batch_alter_table("orders") as batch_op:
        batch_op.alter_column("number", type_=sa.String(), existing_type=sa.Text)  # finds
