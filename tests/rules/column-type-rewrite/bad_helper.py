from alembic import op


def widen(table, column, to):
    op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE {to}")  # finds


def upgrade():
    widen("audit", "at", "timestamp with time zone")
