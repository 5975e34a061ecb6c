from alembic import op


def upgrade():
    for name in ("orders",):
        op.execute(f"DROP TABLE {name} CASCADE")  # finds
