import sqlalchemy as sa
from alembic import op

TWO = "CREATE INDEX CONCURRENTLY ix_orders_note ON orders (note); ANALYZE orders"


def upgrade():
    with op.get_context().autocommit_block():
        op.execute(TWO)  # finds
        op.get_bind().execute(sa.text("ANALYZE orders; DROP INDEX CONCURRENTLY ix_orders_account_id"))  # finds
