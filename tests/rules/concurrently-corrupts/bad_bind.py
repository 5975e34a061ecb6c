from alembic import op

SETTINGS = {"pg_version": 14}


def upgrade():
    with op.get_context().autocommit_block():
        op.get_bind().exec_driver_sql("CREATE INDEX CONCURRENTLY ON orders (note)")  # finds
