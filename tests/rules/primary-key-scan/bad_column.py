from alembic import op


def upgrade():
    op.execute("ALTER TABLE audit ADD COLUMN key bigint CONSTRAINT audit_pkey PRIMARY KEY DEFAULT 0")  # finds
