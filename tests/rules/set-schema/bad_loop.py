from alembic import op


def upgrade():
    for name in ("items",):
        op.execute(f"ALTER TABLE {name} SET SCHEMA billing")  # finds
