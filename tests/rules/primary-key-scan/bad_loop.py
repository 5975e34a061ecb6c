from alembic import op


def upgrade():
    for table in ("items",):
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {table}_pkey PRIMARY KEY (id)")  # finds
