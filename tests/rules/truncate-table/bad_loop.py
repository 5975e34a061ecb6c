from alembic import op


def upgrade():
    for name in ("audit",):
        op.execute(f"TRUNCATE {name}")  # finds
