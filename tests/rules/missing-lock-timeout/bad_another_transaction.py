from alembic import op

NO_TIMEOUT = True


def upgrade():
    op.execute("SET LOCAL lock_timeout = '2s'")
    with op.get_context().autocommit_block():
        op.execute("SELECT 1")
    op.alter_column("orders", "note", server_default="none")  # finds
