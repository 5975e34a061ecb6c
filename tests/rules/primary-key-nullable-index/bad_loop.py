from alembic import op


def before():
    op.create_index("audit_pkey", "audit", ["id"], unique=True)


def promote(table):
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {table}_pkey PRIMARY KEY USING INDEX {table}_pkey")  # finds


def upgrade():
    promote("audit")
