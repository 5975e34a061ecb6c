from alembic import op


def before():
    op.create_index("ux_audit_id", "audit", ["id"], unique=True)


def upgrade():
    op.execute("ALTER TABLE audit ADD CONSTRAINT audit_pkey PRIMARY KEY USING INDEX ux_audit_id")  # finds
