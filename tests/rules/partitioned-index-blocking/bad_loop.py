from alembic import op


def upgrade():
    for column in ("kind",):
        op.create_index(op.f(f"ix_events_{column}"), "events", [column, "at"])  # finds
