from alembic import op

NO_TIMEOUT = True


def upgrade():
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.alter_column("orders", "note", server_default="none")
