from alembic import op


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("REINDEX SCHEMA billing")  # finds
