from alembic import op


def exclude(table, element):
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {table}_excl EXCLUDE USING gist ({element} WITH &&)")  # finds


def upgrade():
    for element in ("tstzrange(starts_at, ends_at)",):
        exclude("orders", element)
