from alembic import op


def compact(table):
    op.execute(f"VACUUM FULL {table}")  # finds


def upgrade():
    with op.get_context().autocommit_block():
        for table in ("audit", "items"):
            compact(table)
