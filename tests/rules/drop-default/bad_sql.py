from alembic import op


def upgrade():
    op.execute("ALTER TABLE orders ALTER COLUMN state DROP DEFAULT")  # finds
