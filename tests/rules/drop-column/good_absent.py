from alembic import op


def upgrade():
    op.execute("ALTER TABLE orders DROP COLUMN IF EXISTS forgotten")
