import sqlalchemy as sa
from alembic import op


def upgrade():
    op.create_check_constraint("orders_total_check", "orders", "total >")  # finds
    op.alter_column("orders", "note", server_default=sa.text("now("))  # finds
