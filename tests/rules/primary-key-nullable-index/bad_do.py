from alembic import op


def before():
    op.create_index("ux_audit_id", "audit", ["id"], unique=True)


def upgrade():
    op.execute("DO $$ BEGIN ALTER TABLE audit ADD PRIMARY KEY USING INDEX ux_audit_id; END $$")  # finds
