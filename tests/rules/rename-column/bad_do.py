from alembic import op


def upgrade():
    op.execute("DO $$ BEGIN ALTER TABLE orders RENAME note TO remark; END $$")  # finds
