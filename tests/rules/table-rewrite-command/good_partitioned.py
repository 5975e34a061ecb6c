from alembic import op


def upgrade():
    op.execute("ALTER TABLE events SET TABLESPACE pg_default")
