from alembic import op


def upgrade():
    for table in ("orders", "accounts"):
        op.create_foreign_key(f"items_{table}_fk", "items", table, ["quantity"], ["id"])  # finds
