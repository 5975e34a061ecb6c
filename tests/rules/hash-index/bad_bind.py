from alembic import op


def upgrade():
    op.get_bind().exec_driver_sql("CREATE INDEX ON orders USING HASH (lower(note))")  # finds
