from alembic import op


def upgrade():
    with op.get_context().autocommit_block():
        op.get_bind().exec_driver_sql("CREATE TABLE notes (id bigint)")  # finds
