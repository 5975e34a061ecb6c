from alembic import op


def before():
    op.execute("CREATE TABLE regions (region text) PARTITION BY LIST (region)")
    op.execute("CREATE TABLE regions_north (region text)")
    op.execute("ALTER TABLE regions_north ADD CHECK (region IN ('north')) NOT VALID")


def upgrade():
    op.execute("ALTER TABLE regions ATTACH PARTITION regions_north FOR VALUES IN ('north', 'arctic')")  # finds
