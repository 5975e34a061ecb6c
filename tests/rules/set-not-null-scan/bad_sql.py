from alembic import op


def upgrade():
    op.execute("ALTER TABLE accounts ALTER COLUMN name SET NOT NULL, ALTER country SET NOT NULL")  # finds
