from alembic import op


def before():
    op.create_index("ux_audit_id", "audit", ["id", "at"], unique=True)


def upgrade():
    op.get_bind().exec_driver_sql("alter table public.audit add primary key using index ux_audit_id")  # finds
