from alembic import op


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("REINDEX TABLE CONCURRENTLY orders")
        op.execute("REINDEX (CONCURRENTLY, VERBOSE) INDEX ux_orders_number")
