import sqlalchemy as sa
from alembic import op


def upgrade():
    op.get_bind().execute(sa.text("INSERT INTO audit (id) VALUES (1)"))
    with op.get_context().autocommit_block():
        op.get_bind().exec_driver_sql("DROP INDEX CONCURRENTLY ix_orders_account_id")  # finds
