from alembic import op


def before():
    op.create_index("ux_audit_id", "audit", ["id"], unique=True)
    op.create_check_constraint("audit_id_not_null", "audit", "id IS NOT NULL", postgresql_not_valid=True)
    op.execute("ALTER TABLE audit VALIDATE CONSTRAINT audit_id_not_null")


def upgrade():
    op.execute("ALTER TABLE audit ADD CONSTRAINT audit_pkey PRIMARY KEY USING INDEX ux_audit_id")
