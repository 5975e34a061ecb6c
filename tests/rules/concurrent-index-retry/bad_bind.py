import sqlalchemy as sa
from alembic import op


def upgrade():
    connection = op.get_bind()
    with op.get_context().autocommit_block():
        connection.execute(sa.text("CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_orders_note ON orders (note)"))  # finds
