from alembic import op


def upgrade():
    for table in ("accounts",):
        op.execute(f"REINDEX TABLE {table}")  # finds
