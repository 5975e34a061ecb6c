from alembic import op


def upgrade():
    op.execute("ALTER TABLE orders ADD COLUMN remark varchar")  # finds
