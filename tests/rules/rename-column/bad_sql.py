from alembic import op


def upgrade():
    op.execute("ALTER TABLE orders RENAME note TO remark")  # finds
