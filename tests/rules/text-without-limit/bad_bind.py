from alembic import op


def upgrade():
    op.get_bind().exec_driver_sql("CREATE TABLE notes (id bigint PRIMARY KEY, note text, tags text[])")  # finds
