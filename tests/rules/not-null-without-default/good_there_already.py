from alembic import op

ALLOWS = ["robust-statements"]


def upgrade():
    op.execute("ALTER TABLE orders ADD COLUMN IF NOT EXISTS reference text NOT NULL")
