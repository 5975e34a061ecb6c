from alembic import op


def lengthen(table, column, size):
    op.execute(f"ALTER TABLE {table} ALTER {column} TYPE varchar({size})")  # finds


def upgrade():
    lengthen("orders", "code", 60)
